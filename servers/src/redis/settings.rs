//! The settings of a Redis server, and how it is started.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Redis;
use super::server::SOCKET;
use crate::instance::Program;
use crate::{certificates, port, program};

/// How a Redis is started; see [`Redis::settings`].
#[derive(Debug, Clone, Default)]
pub struct RedisSettings {
    pub(super) password: Option<String>,
    durable: bool,
    max_memory: Option<u64>,
    is_clustered: bool,
    speaks_tls: bool,
    /// The port at which nodes of a Cluster speak to one another.
    pub(super) cluster_port: Option<u16>,
    pub(super) tls_port: Option<u16>,
}

impl RedisSettings {
    /// Requires a password.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Has every write on the disk before it answers, and finds it there when it starts again.
    #[must_use]
    pub fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// Refuses writes when it holds this number of bytes; nothing is evicted.
    #[must_use]
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.max_memory = Some(bytes);
        self
    }

    /// Starts it as a node of a Cluster.
    pub(super) fn cluster(mut self) -> Self {
        self.is_clustered = true;
        self
    }

    /// Listens for TLS on a second port; see [`Redis::tls_url`] and [`Redis::authority`].
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.speaks_tls = true;
        self
    }

    /// Starts it and waits until it answers.
    pub fn start(self) -> Result<Redis, String> {
        Redis::start_with(self)
    }
}

impl Program for RedisSettings {
    const NAME: &'static str = "redis-server";

    /// `redis-cli` is needed as well.
    fn path() -> Result<PathBuf, String> {
        let server =
            program::find("DEWAR_REDIS_SERVER", &["redis-server", "valkey-server"]).ok_or_else(|| {
                "there is no redis-server: install it, or name one in DEWAR_REDIS_SERVER".to_owned()
            })?;
        client_beside(&server).map(|_| server)
    }

    fn with_ports(&self) -> Result<Self, String> {
        Ok(Self {
            cluster_port: self.is_clustered.then(port::free).transpose()?,
            tls_port: self.speaks_tls.then(port::free).transpose()?,
            ..self.clone()
        })
    }

    fn prepare(&self, folder: &Path) -> Result<(), String> {
        if self.speaks_tls { certificates::make(folder) } else { Ok(()) }
    }

    fn arguments(&self, command: &mut Command, folder: &Path, port: u16) {
        command.current_dir(folder).args(["--bind", "127.0.0.1", "--daemonize", "no", "--save", ""]);
        // A replica need not wait for others that might come.
        command.args(["--repl-diskless-sync-delay", "0"]);
        command.args(["--port", &port.to_string(), "--unixsocket"]).arg(folder.join(SOCKET));
        if let Some(password) = &self.password {
            command.args(["--requirepass", password]);
        }
        if self.durable {
            command.args(["--appendonly", "yes", "--appendfsync", "always"]);
        }
        if let Some(bytes) = self.max_memory {
            command.args(["--maxmemory", &bytes.to_string(), "--maxmemory-policy", "noeviction"]);
        }
        if let Some(port) = self.cluster_port {
            command.args(["--cluster-enabled", "yes", "--cluster-port", &port.to_string()]);
        }
        if let Some(port) = self.tls_port {
            command.args(["--tls-port", &port.to_string(), "--tls-auth-clients", "no"]);
            command.args(["--tls-cert-file", "server.crt", "--tls-key-file", "server.key"]);
            command.args(["--tls-ca-cert-file", "ca.crt"]);
        }
    }

    /// It is called through the socket in its folder, where no other server can answer.
    fn is_ready(&self, folder: &Path, _: u16) -> bool {
        answers(&folder.join(SOCKET)).unwrap_or(false)
    }
}

/// `redis-cli`, of the same version as the server.
pub(super) fn client() -> Result<PathBuf, String> {
    client_beside(&RedisSettings::path()?)
}

fn client_beside(server: &Path) -> Result<PathBuf, String> {
    program::beside(server, &["redis-cli", "valkey-cli"])
        .ok_or_else(|| "there is no redis-cli: install Debian's redis-tools".to_owned())
}

/// Asking for the password is an answer, too, but not while it reads its files.
fn answers(socket: &Path) -> io::Result<bool> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 5];
    stream.read_exact(&mut answer)?;
    Ok(matches!(&answer, b"+PONG" | b"-NOAU"))
}
