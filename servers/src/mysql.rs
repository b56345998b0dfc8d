//! MariaDB, and MySQL in its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instance::{Instance, Program};
use crate::{certificates, program};

const USER: &str = "mysql";

/// A running MariaDB, with a database `test` for its user `root`, who needs no password.
///
/// The program is the one that `DEWAR_MARIADB` names, or `mariadbd` of the machine. With `DEWAR_MYSQLD`, it is that MySQL.
pub type MariaDb = Instance<MariaDbProgram>;

/// How a MariaDB is started.
#[derive(Debug, Clone, Default)]
pub struct MariaDbProgram {
    /// Whether every commit is on the disk before it is answered. Otherwise a killed machine loses some; a killed server does not.
    pub durable: bool,
    /// Whether it speaks TLS, with a certificate for `localhost`. Otherwise it does not, though MySQL would make a certificate.
    pub tls: bool,
    /// More options of the command line, such as `--max-connections=5`.
    pub options: Vec<String>,
}

impl Program for MariaDbProgram {
    const NAME: &'static str = "mariadbd";
    /// It refuses to run as root.
    const USER: Option<&'static str> = Some(USER);

    fn path() -> Result<PathBuf, String> {
        mysqld()
            .or_else(|| program::find("DEWAR_MARIADB", &["mariadbd"]))
            .or_else(|| Some(PathBuf::from("/usr/sbin/mariadbd")).filter(|path| path.is_file()))
            .ok_or_else(|| {
                "there is no mariadbd: install Debian's mariadb-server, or name one in DEWAR_MARIADB"
                    .to_owned()
            })
    }

    fn prepare(&self, folder: &Path) -> Result<(), String> {
        if self.tls {
            certificates::make(folder)?;
            program::output(Command::new("chmod").arg("644").arg(folder.join("server.key")))?;
        }
        let mut install = match mysqld() {
            Some(mysqld) => {
                let mut install = program::command_as(USER, &mysqld);
                install.args(["--no-defaults", "--initialize-insecure"]);
                install
            }
            None => {
                let mut install = program::command_as(USER, &client("mariadb-install-db")?);
                install.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
                install
            }
        };
        program::output(install.arg(format!("--datadir={}", folder.join("data").display()))).map(drop)
    }

    fn arguments(&self, command: &mut Command, folder: &Path, port: u16) {
        let option = |name: &str, file: &str| format!("--{name}={}", folder.join(file).display());
        command.args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-log-bin"]);
        command.args([option("datadir", "data"), option("socket", "socket"), option("pid-file", "pid")]);
        command.arg(format!("--port={port}"));
        if mysqld().is_some() {
            command.arg("--mysqlx=OFF");
        }
        if self.tls {
            command.args([option("ssl-ca", "ca.crt"), option("ssl-cert", "server.crt")]);
            command.arg(option("ssl-key", "server.key"));
        }
        if !self.durable {
            command.arg("--innodb-flush-log-at-trx-commit=2");
        }
        command.args(&self.options);
    }

    fn is_ready(&self, folder: &Path, _: u16) -> bool {
        // Also if only reading is allowed.
        ask(folder, "", "SELECT 1").is_ok() && {
            // Otherwise every user from this machine would be the one without a name.
            _ = ask(folder, "", "CREATE DATABASE IF NOT EXISTS test; DROP USER IF EXISTS ''@localhost");
            true
        }
    }
}

impl MariaDb {
    /// Whether it is MySQL.
    #[must_use]
    pub fn is_mysql() -> bool {
        mysqld().is_some()
    }

    /// `mysql://root@127.0.0.1:port/test`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/test", self.port())
    }

    /// The certificate of the authority that signed the server's, for TLS.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder().join("ca.crt")
    }

    /// The Unix socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder().join("socket")
    }

    /// Runs SQL, and returns the rows that it prints: values separated by tabs.
    pub fn sql(&self, sql: &str) -> Result<String, String> {
        ask(self.folder(), "test", sql)
    }

    /// Starts to run SQL on a connection of its own. It ends with what is returned.
    pub fn begin_sql(&self, sql: &str) -> Result<crate::Process, String> {
        crate::Process::start(&client("mariadb")?, |command| {
            command.args(arguments(self.folder(), "test", sql)).stdout(std::process::Stdio::null());
        })
    }

    /// What the server has written to its log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder().join("log")).unwrap_or_default()
    }
}

fn mysqld() -> Option<PathBuf> {
    std::env::var_os("DEWAR_MYSQLD").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn ask(folder: &Path, database: &str, sql: &str) -> Result<String, String> {
    program::output(Command::new(client("mariadb")?).args(arguments(folder, database, sql)))
}

fn arguments(folder: &Path, database: &str, sql: &str) -> Vec<String> {
    let socket = format!("--socket={}", folder.join("socket").display());
    let fixed = ["--no-defaults", &socket, "-uroot", "-N", "-B", "--unbuffered", "-e", sql, database];
    fixed.map(str::to_owned).to_vec()
}

/// The programs beside MariaDB also speak to MySQL.
fn client(name: &str) -> Result<PathBuf, String> {
    let beside = |server: PathBuf| program::beside(&server, &[name]);
    let server = program::find("DEWAR_MARIADB", &["mariadbd"]).unwrap_or_else(|| "/usr/sbin/mariadbd".into());
    beside(server).ok_or_else(|| format!("there is no {name}: install Debian's mariadb-client"))
}
