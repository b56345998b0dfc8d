//! MariaDB, and MySQL.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instance::{Instance, Program};
use crate::program;

/// A running MariaDB, with a database `test` for its user `root`, who needs no password.
///
/// The program is the one that `DEWAR_MARIADB` names, or `mariadbd` of the machine.
pub type MariaDb = Instance<MariaDbProgram>;

/// How a MariaDB is started.
#[derive(Debug, Clone, Default)]
pub struct MariaDbProgram {
    /// Whether every commit is on the disk before it is answered. Otherwise a killed machine loses some; a killed server does not.
    pub durable: bool,
}

impl Program for MariaDbProgram {
    const NAME: &'static str = "mariadbd";
    /// It refuses to run as root.
    const USER: Option<&'static str> = Some("mysql");

    fn path() -> Result<PathBuf, String> {
        program::find("DEWAR_MARIADB", &["mariadbd"])
            .or_else(|| Some(PathBuf::from("/usr/sbin/mariadbd")).filter(|path| path.is_file()))
            .ok_or_else(|| {
                "there is no mariadbd: install Debian's mariadb-server, or name one in DEWAR_MARIADB"
                    .to_owned()
            })
    }

    fn prepare(&self, folder: &Path) -> Result<(), String> {
        let mut install = program::command_as("mysql", &client("mariadb-install-db")?);
        install.args(["--no-defaults", "--auth-root-authentication-method=normal"]);
        program::output(install.arg(format!("--datadir={}", folder.join("data").display()))).map(drop)
    }

    fn arguments(&self, command: &mut Command, folder: &Path, port: u16) {
        let option = |name: &str, file: &str| format!("--{name}={}", folder.join(file).display());
        command.args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-log-bin"]);
        command.args([option("datadir", "data"), option("socket", "socket"), option("pid-file", "pid")]);
        command.arg(format!("--port={port}"));
        if !self.durable {
            command.arg("--innodb-flush-log-at-trx-commit=2");
        }
    }

    fn is_ready(&self, folder: &Path, _: u16) -> bool {
        ask(folder, "", "CREATE DATABASE IF NOT EXISTS test").is_ok()
    }
}

impl MariaDb {
    /// `mysql://root@127.0.0.1:port/test`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/test", self.port())
    }

    /// Runs SQL, and returns the rows that it prints: values separated by tabs.
    pub fn sql(&self, sql: &str) -> Result<String, String> {
        ask(self.folder(), "test", sql)
    }
}

fn ask(folder: &Path, database: &str, sql: &str) -> Result<String, String> {
    let mut command = Command::new(client("mariadb")?);
    command.arg("--no-defaults").arg(format!("--socket={}", folder.join("socket").display()));
    program::output(command.args(["-uroot", "-N", "-B", "-e", sql, database]))
}

fn client(name: &str) -> Result<PathBuf, String> {
    program::beside(&MariaDbProgram::path()?, &[name])
        .ok_or_else(|| format!("there is no {name}: install Debian's mariadb-client"))
}
