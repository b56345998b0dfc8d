//! The servers of the engines: installed for tests and measurements, and `cargo xtask servers`, for trying out the examples.

use std::env;
use std::io;
use std::path::PathBuf;

use dewar_servers::Redis;

use crate::shell::Result;
use crate::system;

/// Starts a server of each engine that has one, and prints their URLs. They end with our input, or with us.
pub(crate) fn run() -> Result {
    prepare()?;
    let redis = Redis::start()?;
    println!("{}", redis.url());
    println!("Press Ctrl-D to stop it");
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop).map_err(|error| error.to_string())
}

/// The variables that name the servers' programs, which are installed if they are missing.
pub(crate) fn prepare() -> Result<Vec<(&'static str, PathBuf)>> {
    Ok(vec![("DEWAR_REDIS_SERVER", redis()?)])
}

/// The server of this machine, or else Debian's, installed; and its client.
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
