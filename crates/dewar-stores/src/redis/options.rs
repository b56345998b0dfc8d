//! How a Redis is opened.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Redis;
use super::address::Address;
use super::connection::Connection;
use crate::OpenError;

/// How a Redis is opened, apart from its URL. [`Default`] leaves all to the URL.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisOptions {
    /// The user to sign in as, in place of the URL's.
    pub user: Option<String>,
    /// The password, in place of the URL's: `SESSION_REDIS_PASSWORD`.
    pub password: Option<String>,
    /// The number of the database, in place of the URL's: `SESSION_REDIS_DB`.
    pub database: Option<u32>,
    /// A file with the certificates, as PEM, to trust in place of those of the system.
    pub ca_file: Option<PathBuf>,
    /// How long an answer may take: 200 ms. A server that is not there at all is known at once.
    pub timeout: Duration,
    /// Whether there is an index of owners: yes. Without it nothing is written but the sessions, as Flask-Session does, and
    /// [`Store::owners`](dewar_core::Store::owners) gives none.
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
    /// Connects to the server at a URL, and signs in: `redis://user:password@host:6379/0`, `rediss://` for TLS (feature `redis-tls`),
    /// `unix:///path?db=0` for a socket, also spelt `redis+unix://`; `valkey` may stand for `redis`.
    ///
    /// After a `?`, `username`, `password` and `db` are read as redis-py does, and `ca` names [an ca_file](RedisOptions::ca_file).
    ///
    /// # Errors
    /// If the URL is wrong, if no server answers within a second, if it refuses, or if it is a node of a Redis Cluster: one line says
    /// which, and what to do.
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

/// The password is not shown.
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
