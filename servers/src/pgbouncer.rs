//! PgBouncer, before a PostgreSQL.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::instance::{Instance, Program};
use crate::program;

/// A running PgBouncer in transaction mode, with the database `postgres` of a PostgreSQL.
///
/// The program is the one that `DEWAR_PGBOUNCER` names, or Debian's.
pub type PgBouncer = Instance<PgBouncerProgram>;

/// How a PgBouncer is started.
#[derive(Debug, Clone, Default)]
pub struct PgBouncerProgram {
    /// The port of PostgreSQL.
    pub database_port: u16,
    /// `transaction`, which is meant by an empty text, or `session`.
    pub pool_mode: &'static str,
}

impl Program for PgBouncerProgram {
    const NAME: &'static str = "pgbouncer";
    /// It refuses to run as root.
    const USER: Option<&'static str> = Some("postgres");

    fn path() -> Result<PathBuf, String> {
        let of_debian = || Some(PathBuf::from("/usr/sbin/pgbouncer")).filter(|path| path.is_file());
        program::find("DEWAR_PGBOUNCER", &["pgbouncer"]).or_else(of_debian).ok_or_else(|| {
            "there is no pgbouncer: install Debian's pgbouncer, or name one in DEWAR_PGBOUNCER".to_owned()
        })
    }

    fn arguments(&self, command: &mut Command, folder: &Path, port: u16) {
        let file = folder.join("pgbouncer.ini");
        // If it cannot be written, the program does not start, and says so.
        _ = fs::write(&file, self.settings(port));
        command.arg(file);
    }

    fn is_ready(&self, _: &Path, port: u16) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    }
}

impl PgBouncerProgram {
    /// Several servers for each client, so that a client often gets another one.
    fn settings(&self, port: u16) -> String {
        let pool_mode = if self.pool_mode.is_empty() { "transaction" } else { self.pool_mode };
        let database_port = self.database_port;
        format!(
            "[databases]\npostgres = host=127.0.0.1 port={database_port} user=postgres dbname=postgres\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = {pool_mode}\ndefault_pool_size = 4\nmin_pool_size = 4\nmax_client_conn = 500\nserver_round_robin = 1\n"
        )
    }
}

impl PgBouncer {
    /// `postgresql://postgres@127.0.0.1:port/postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/postgres", self.port())
    }
}
