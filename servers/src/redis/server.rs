//! A running Redis server.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::RedisSettings;
use super::settings::client;
use crate::instance::Instance;
use crate::program;

const TIMEOUT: Duration = Duration::from_secs(10);

/// The Unix socket in its folder.
pub(super) const SOCKET: &str = "redis.sock";

/// A running Redis, in memory unless the settings say otherwise.
///
/// The program is the one that `DEWAR_REDIS_SERVER` names, or `redis-server` or `valkey-server` of the `PATH`.
pub type Redis = Instance<RedisSettings>;

impl Redis {
    /// For one that asks for a password, is durable, has little memory, or speaks TLS.
    #[must_use]
    pub fn settings() -> RedisSettings {
        RedisSettings::default()
    }

    /// `redis://127.0.0.1:port/0`; with the password if there is one.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}127.0.0.1:{}/0", self.user(), self.port())
    }

    /// `redis+unix:///path`; with the password if there is one.
    #[must_use]
    pub fn socket_url(&self) -> String {
        let password = self.program.password.as_ref().map(|password| format!("?pass={password}"));
        format!("redis+unix://{}{}", self.socket().display(), password.unwrap_or_default())
    }

    /// `rediss://localhost:port/0`, if it was [asked for](RedisSettings::tls).
    #[must_use]
    pub fn tls_url(&self) -> Option<String> {
        self.program.tls_port.map(|port| format!("rediss://{}localhost:{port}/0", self.user()))
    }

    /// The certificate of the authority that signed the server's, for TLS.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder().join("ca.crt")
    }

    pub(super) fn cluster_port(&self) -> Option<u16> {
        self.program.cluster_port
    }

    /// Makes it a replica of another one, and waits until it has its data. Its clients stay connected.
    pub fn follow(&self, primary: &Self) -> Result<(), String> {
        self.command(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()])?;
        self.until("it follows", || {
            Ok(self.command(&["INFO", "replication"])?.contains("master_link_status:up"))
        })
    }

    /// Waits until a replica has all that its primary has.
    pub fn catch_up(&self, primary: &Self) -> Result<(), String> {
        self.until("it has all that its primary has", || {
            let offset = |server: &Self, field: &str| {
                let info = server.command(&["INFO", "replication"])?;
                Ok::<_, String>(
                    info.lines().find_map(|line| line.trim().strip_prefix(field)?.parse::<u64>().ok()),
                )
            };
            Ok(offset(self, "slave_repl_offset:")? == offset(primary, "master_repl_offset:")?)
        })
    }

    /// Makes a replica a primary.
    pub fn lead(&self) -> Result<(), String> {
        self.command(&["REPLICAOF", "NO", "ONE"]).map(drop)
    }

    /// Repeats the check until it is true.
    pub(super) fn until(&self, what: &str, is_so: impl Fn() -> Result<bool, String>) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < TIMEOUT {
            if is_so()? {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(format!("the redis-server at port {} does not come so far that {what}", self.port()))
    }

    /// Has `redis-cli` send a command, and gives the answer as it prints it.
    pub fn command(&self, words: &[&str]) -> Result<String, String> {
        let mut command = Command::new(client()?);
        if let Some(password) = &self.program.password {
            command.env("REDISCLI_AUTH", password);
        }
        program::output(command.arg("-e").arg("-s").arg(self.socket()).args(words))
    }

    fn socket(&self) -> PathBuf {
        self.folder().join(SOCKET)
    }

    fn user(&self) -> String {
        self.program.password.as_ref().map(|password| format!(":{password}@")).unwrap_or_default()
    }
}
