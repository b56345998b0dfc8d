//! MongoDB.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instance::{Instance, Program};
use crate::program;

/// A running mongod.
///
/// The program is the one that `DEWAR_MONGOD` names, or `mongod` of the machine.
pub type MongoDb = Instance<MongoDbProgram>;

/// How a mongod is started.
#[derive(Debug, Clone, Default)]
pub struct MongoDbProgram {
    /// The name of the replica set that it belongs to; `None`: it stands alone.
    pub replica_set: Option<String>,
}

impl Program for MongoDbProgram {
    const NAME: &'static str = "mongod";

    fn path() -> Result<PathBuf, String> {
        program::find("DEWAR_MONGOD", &["mongod"]).ok_or_else(|| {
            "there is no mongod: name one in DEWAR_MONGOD (cargo xtask test installs one)".to_owned()
        })
    }

    fn prepare(&self, folder: &Path) -> Result<(), String> {
        std::fs::create_dir(folder.join("data")).map_err(|error| error.to_string())
    }

    fn arguments(&self, command: &mut Command, folder: &Path, port: u16) {
        command.arg("--dbpath").arg(folder.join("data")).args(["--bind_ip", "127.0.0.1", "--nounixsocket"]);
        command.args(["--port", &port.to_string(), "--wiredTigerCacheSizeGB", "0.25"]);
        // Expired documents are removed every second, not every minute.
        command.args(["--setParameter", "ttlMonitorSleepSecs=1"]);
        command.args(["--setParameter", "diagnosticDataCollectionEnabled=false"]);
        if let Some(name) = &self.replica_set {
            command.args(["--replSet", name]);
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
