//! Redis and its client.

use std::env;
use std::path::PathBuf;

use crate::shell::Result;
use crate::system;

/// The server of this machine, or else Debian's, installed.
pub(crate) fn prepare() -> Result<PathBuf> {
    if let (Some(server), Some(_)) = (found(), system::find(&["redis-cli", "valkey-cli"])) {
        return Ok(server);
    }
    system::install(&["redis-server", "redis-tools"])?;
    found().ok_or_else(|| "redis-server is installed, but cannot be found".to_owned())
}

fn found() -> Option<PathBuf> {
    env::var_os("DEWAR_REDIS_SERVER")
        .map(PathBuf::from)
        .or_else(|| system::find(&["redis-server", "valkey-server"]))
}
