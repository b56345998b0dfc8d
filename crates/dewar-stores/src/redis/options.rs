//! How to open Redis.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Redis;
use super::address::Address;
use super::connection::Connection;
use crate::OpenError;

/// The options of a [`Redis`] store. [`Default`] takes user, password and database from the URL.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisOptions {
    /// The user name; overrides the URL's.
    pub user: Option<String>,
    /// The password; overrides the URL's. The setting `SESSION_REDIS_PASSWORD`.
    pub password: Option<String>,
    /// The number of the database; overrides the URL's. The setting `SESSION_REDIS_DB`.
    pub database: Option<u32>,
    /// A PEM file with the CA certificates to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The longest time to wait for an answer. A server that refuses connections is an error at once. Default: 200 ms.
    pub timeout: Duration,
    /// Whether to maintain an index of the sessions of each owner. Without it, only the sessions are written, as Flask-Session does, and
    /// [`Store::owners`](dewar_core::Store::owners) is `None`. Default: true.
    pub owner_index: bool,
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            user: None,
            password: None,
            database: None,
            ca_file: None,
            timeout: Duration::from_millis(200),
            owner_index: true,
        }
    }
}

impl Redis {
    /// Connects to the server at a URL, and authenticates: `redis://user:password@host:6379/0`, `rediss://` for TLS (feature `redis-tls`), or
    /// `unix:///path?db=0` for a Unix socket (also `redis+unix://`). You can write `valkey` instead of `redis`.
    ///
    /// After a `?`, the parameters `username`, `password` and `db` have the same meaning as in redis-py, and `ca` is [the file of CA
    /// certificates](RedisOptions::ca_file).
    ///
    /// # Errors
    /// If the URL is wrong, no server answers within a second, the server refuses, or it is a node of a Redis Cluster. The error says what is
    /// wrong and what to do, in one line.
    pub async fn open(url: &str, options: RedisOptions) -> Result<Self, OpenError> {
        let mut address = Address::parse(url)?;
        address.user = options.user.or(address.user);
        address.password = options.password.or(address.password);
        address.database = options.database.map_or(address.database, i64::from);
        address.ca_file = options.ca_file.or(address.ca_file);
        let connection = Connection::open(&address, options.timeout).await?;
        Ok(Self { connection: Arc::new(connection), has_owners: options.owner_index })
    }
}

/// `Debug` does not show the password.
impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("database", &self.database)
            .field("ca_file", &self.ca_file)
            .field("timeout", &self.timeout)
            .field("owner_index", &self.owner_index)
            .finish_non_exhaustive()
    }
}
