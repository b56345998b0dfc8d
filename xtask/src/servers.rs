//! The servers of the engines: installed for tests and measurements, and `cargo xtask servers`, for trying out the examples.

use std::env;
use std::io;
use std::path::PathBuf;

use dewar_servers::{
    MariaDb, MariaDbProgram, Memcached, MemcachedProgram, MongoDb, Postgres, PostgresProgram, Program, Redis,
};

use crate::shell::{self, Result};
use crate::{python, system};

/// Starts a server of each engine that has one, and prints their URLs. They end with our input, or with us.
pub(crate) fn run() -> Result {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let mut started = shell::command(&this);
    started.args(["servers", "started"]).envs(prepare()?);
    match started.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the servers ended: {status}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The same, once the environment names the programs.
pub(crate) fn start() -> Result {
    let redis = Redis::start()?;
    let (postgres, mariadb) = (Postgres::start()?, MariaDb::start()?);
    let (mongodb, memcached) = (MongoDb::start()?, Memcached::start()?);
    for url in [redis.url(), postgres.url(), mariadb.url(), mongodb.url(), memcached.url()] {
        println!("{url}");
    }
    println!("Press Ctrl-D to stop them");
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop).map_err(|error| error.to_string())
}

/// The variables that name the servers' programs, which are installed if they are missing.
pub(crate) fn prepare() -> Result<Vec<(&'static str, PathBuf)>> {
    Ok(vec![
        ("DEWAR_REDIS_SERVER", redis()?),
        ("DEWAR_POSTGRES", of_debian::<PostgresProgram>(&["postgresql"])?),
        ("DEWAR_PGBOUNCER", pgbouncer()?),
        ("DEWAR_MARIADB", of_debian::<MariaDbProgram>(&["mariadb-server", "mariadb-client"])?),
        ("DEWAR_MEMCACHED", of_debian::<MemcachedProgram>(&["memcached"])?),
        ("DEWAR_MONGOD", mongod()?),
    ])
}

/// The server of this machine, or else Debian's, installed.
fn of_debian<P: Program>(packages: &[&str]) -> Result<PathBuf> {
    P::path().or_else(|_| {
        system::install(packages)?;
        P::path()
    })
}

/// Debian's; and the client.
fn redis() -> Result<PathBuf> {
    let found = || {
        env::var_os("DEWAR_REDIS_SERVER")
            .map(PathBuf::from)
            .or_else(|| system::find(&["redis-server", "valkey-server"]))
    };
    if let (Some(server), Some(_)) = (found(), system::find(&["redis-cli", "valkey-cli"])) {
        return Ok(server);
    }
    system::install(&["redis-server", "redis-tools"])?;
    found().ok_or_else(|| "redis-server is installed, but cannot be found".to_owned())
}

fn pgbouncer() -> Result<PathBuf> {
    let found = || {
        env::var_os("DEWAR_PGBOUNCER")
            .or_else(|| Some(system::find(&["pgbouncer"])?.into()))
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from("/usr/sbin/pgbouncer")).filter(|path| path.is_file()))
    };
    if let Some(program) = found() {
        return Ok(program);
    }
    system::install(&["pgbouncer"])?;
    found().ok_or_else(|| "pgbouncer is installed, but cannot be found".to_owned())
}

/// Debian has none: a package of Python's has one.
fn mongod() -> Result<PathBuf> {
    env::var_os("DEWAR_MONGOD").map(PathBuf::from).map_or_else(python::mongod, Ok)
}
