//! The settings of a Redis server.

use std::path::Path;
use std::process::Command;

use super::Redis;

/// How a Redis is started; see [`Redis::settings`].
#[derive(Debug, Clone, Default)]
pub struct RedisSettings {
    pub(super) password: Option<String>,
    durable: bool,
    max_memory: Option<u64>,
    /// The port at which nodes of a Cluster speak to one another.
    pub(super) cluster_port: Option<u16>,
    pub(super) tls: bool,
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

    /// Starts it as a node of a Cluster, which talks to the others at this port.
    pub(super) fn cluster(mut self, port: u16) -> Self {
        self.cluster_port = Some(port);
        self
    }

    /// Listens for TLS on a second port; see [`Redis::tls_url`] and [`Redis::authority`].
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Starts it and waits until it answers.
    pub fn start(self) -> Result<Redis, String> {
        Redis::start_with(self)
    }

    /// The server's own options.
    pub(super) fn arguments(&self, command: &mut Command, folder: &Path, port: u16, tls_port: Option<u16>) {
        command.current_dir(folder).args(["--bind", "127.0.0.1", "--daemonize", "no", "--save", ""]);
        // A replica need not wait for others that might come.
        command.args(["--repl-diskless-sync-delay", "0"]);
        command.args(["--port", &port.to_string(), "--unixsocket"]).arg(folder.join("redis.sock"));
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
        if let Some(port) = tls_port {
            command.args(["--tls-port", &port.to_string(), "--tls-auth-clients", "no"]);
            command.args(["--tls-cert-file", "server.crt", "--tls-key-file", "server.key"]);
            command.args(["--tls-ca-cert-file", "ca.crt"]);
        }
    }
}
