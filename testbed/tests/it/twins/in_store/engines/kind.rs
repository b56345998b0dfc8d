//! The kinds of engines, and of clients where Flask-Session takes several.

use super::engine::Engine;
use super::mariadb::MariaDbDatabases;
use super::memcached::{MemcachedServers, PythonClient};
use super::mongodb::MongoDatabases;
use super::postgres::PostgresDatabases;
use super::redis::RedisDatabases;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::twins::in_store) enum Kind {
    Redis,
    Postgres,
    MariaDb,
    MongoDb,
    Memcached(PythonClient),
}

impl Kind {
    /// A server; `None` if there is none on this machine.
    pub(in crate::twins::in_store) fn start(self) -> Option<Box<dyn Engine>> {
        Some(match self {
            Self::Redis => Box::new(RedisDatabases::start()?),
            Self::Postgres => Box::new(PostgresDatabases::start()?),
            Self::MariaDb => Box::new(MariaDbDatabases::start()?),
            Self::MongoDb => Box::new(MongoDatabases::start()?),
            Self::Memcached(client) => Box::new(MemcachedServers::start(client)?),
        })
    }
}
