//! PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::instance::{Instance, Program};
use crate::{certificates, program};

const USER: &str = "postgres";

/// A running PostgreSQL, with a database `postgres` for its user `postgres`, who needs no password.
///
/// The program is the one that `DEWAR_POSTGRES` names, or the newest one of Debian.
pub type Postgres = Instance<PostgresProgram>;

/// How a PostgreSQL is started.
#[derive(Debug, Clone, Default)]
pub struct PostgresProgram {
    /// Whether every commit is on the disk before it is answered. Otherwise a killed machine loses some; a killed server does not.
    pub durable: bool,
    /// Whether it speaks TLS, with a certificate for `localhost` that the authority in `ca.crt` of its folder signed.
    pub tls: bool,
    /// The port of the server of which it is a standby, which can be read.
    pub follows: Option<u16>,
}

impl Program for PostgresProgram {
    const NAME: &'static str = "postgres";
    /// It refuses to run as root.
    const USER: Option<&'static str> = Some(USER);
    /// A fast shutdown.
    const SHUTDOWN: &'static str = "INT";

    fn path() -> Result<PathBuf, String> {
        program::find("DEWAR_POSTGRES", &["postgres"]).or_else(of_debian).ok_or_else(|| {
            "there is no postgres: install Debian's postgresql, or name one in DEWAR_POSTGRES".to_owned()
        })
    }

    fn prepare(&self, folder: &Path) -> Result<(), String> {
        if self.tls {
            certificates::make(folder)?;
            let mut own = Command::new(if program::are_we_root() { "chown" } else { "true" });
            program::output(own.arg(USER).arg(folder.join("server.key")))?;
        }
        if let Some(port) = self.follows {
            let mut copy = program::command_as(USER, &beside("pg_basebackup")?);
            copy.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", USER, "-R", "-X", "stream"]);
            copy.args(["-c", "fast", "--no-sync", "-D"]);
            return program::output(copy.arg(folder.join("data"))).map(drop);
        }
        let mut initdb = program::command_as(USER, &beside("initdb")?);
        initdb.args(["-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-D"]);
        program::output(initdb.arg(folder.join("data"))).map(drop)
    }

    fn arguments(&self, command: &mut Command, folder: &Path, port: u16) {
        command.arg("-D").arg(folder.join("data")).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        command.arg("-k").arg(folder);
        if self.tls {
            let file = |setting: &str, name: &str| format!("{setting}={}", folder.join(name).display());
            command.args(["-c", "ssl=on", "-c", &file("ssl_cert_file", "server.crt")]);
            command.args(["-c", &file("ssl_key_file", "server.key")]);
        }
        if !self.durable {
            command.args(["-F", "-c", "full_page_writes=off"]);
        }
    }

    fn is_ready(&self, folder: &Path, port: u16) -> bool {
        let Ok(program) = beside("pg_isready") else { return false };
        let mut command = Command::new(program);
        program::output(command.arg("-h").arg(folder).args(["-p", &port.to_string(), "-U", USER])).is_ok()
    }
}

impl Postgres {
    /// `postgresql://postgres@127.0.0.1:port/postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgresql://{USER}@127.0.0.1:{}/postgres", self.port())
    }

    /// Runs SQL, and returns the rows that it prints: values separated by `|`.
    pub fn sql(&self, sql: &str) -> Result<String, String> {
        self.sql_in("postgres", sql)
    }

    /// A standby of this server, which follows it.
    pub fn standby(&self) -> Result<Self, String> {
        Self::start_with(PostgresProgram { follows: Some(self.port()), ..PostgresProgram::default() })
    }

    /// Waits until this standby has everything that the primary has.
    pub fn catch_up(&self, primary: &Self) -> Result<(), String> {
        let end = primary.sql("SELECT pg_current_wal_lsn()")?;
        let has_it = format!("SELECT pg_last_wal_replay_lsn() >= '{end}'");
        for _ in 0..3_000 {
            if self.sql(&has_it)? == "t" {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err("the standby does not catch up".to_owned())
    }

    /// This standby becomes a primary.
    pub fn promote(&self) -> Result<(), String> {
        self.sql("SELECT pg_promote()").map(drop)
    }

    /// The file with the certificate of the authority, if it speaks TLS.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder().join("ca.crt")
    }

    /// The same in another database.
    pub fn sql_in(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(beside("psql")?);
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-U", USER, "-p", &self.port().to_string(), "-h"]);
        program::output(psql.arg(self.folder()).args(["-c", sql, database]))
    }
}

fn beside(name: &str) -> Result<PathBuf, String> {
    program::beside(&PostgresProgram::path()?, &[name]).ok_or_else(|| format!("there is no {name}"))
}

/// Debian's are not in the `PATH`: a folder for each version.
fn of_debian() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
    let newest = versions.max_by_key(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())?;
    Some(newest.path().join("bin/postgres")).filter(|path| path.is_file())
}
