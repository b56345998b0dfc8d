//! MongoDB.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instance::{Instance, Program};
use crate::{certificates, program};

/// A running mongod.
///
/// The program is the one that `DEWAR_MONGOD` names, or `mongod` of the machine.
pub type MongoDb = Instance<MongoDbProgram>;

/// How a mongod is started.
#[derive(Debug, Clone, Default)]
pub struct MongoDbProgram {
    /// The name of the replica set that it belongs to; `None`: it stands alone.
    pub replica_set: Option<String>,
    /// Whether it asks for a user and password, once there is a user.
    pub has_users: bool,
    /// Whether it is reached over TLS alone, with a certificate that the authority in its folder (`ca.crt`) signed.
    pub tls: bool,
}

impl Program for MongoDbProgram {
    const NAME: &'static str = "mongod";

    fn path() -> Result<PathBuf, String> {
        program::find("DEWAR_MONGOD", &["mongod"]).ok_or_else(|| {
            "there is no mongod: name one in DEWAR_MONGOD (cargo xtask test installs one)".to_owned()
        })
    }

    fn prepare(&self, folder: &Path) -> Result<(), String> {
        if self.tls {
            certificates::make(folder)?;
            let parts =
                ["server.crt", "server.key"].map(|name| std::fs::read(folder.join(name)).unwrap_or_default());
            std::fs::write(folder.join("server.pem"), parts.concat()).map_err(|error| error.to_string())?;
        }
        std::fs::create_dir(folder.join("data")).map_err(|error| error.to_string())
    }

    fn arguments(&self, command: &mut Command, folder: &Path, port: u16) {
        command.arg("--dbpath").arg(folder.join("data")).args(["--bind_ip", "127.0.0.1", "--nounixsocket"]);
        command.args(["--port", &port.to_string(), "--wiredTigerCacheSizeGB", "0.25"]);
        // Expired documents are removed every second, not every minute.
        command.args(["--setParameter", "ttlMonitorSleepSecs=1"]);
        command.args(["--setParameter", "diagnosticDataCollectionEnabled=false"]);
        // Tests make a server fail at chosen points.
        command.args(["--setParameter", "enableTestCommands=1"]);
        if let Some(name) = &self.replica_set {
            command.args(["--replSet", name]);
        }
        if self.has_users {
            command.arg("--auth");
        }
        if self.tls {
            command.args(["--tlsMode", "requireTLS", "--tlsAllowConnectionsWithoutCertificates"]);
            command.arg("--tlsCertificateKeyFile").arg(folder.join("server.pem"));
            command.arg("--tlsCAFile").arg(folder.join("ca.crt"));
        }
    }

    fn is_ready(&self, folder: &Path, port: u16) -> bool {
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        log.lines().rev().any(|line| line.contains("Waiting for connections"))
            && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    }
}

impl MongoDb {
    /// `mongodb://127.0.0.1:port/dewar`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("mongodb://127.0.0.1:{}/dewar", self.port())
    }
}
