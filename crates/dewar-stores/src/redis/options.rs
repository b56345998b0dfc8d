//! How to open Redis.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Redis;
use super::address::Address;
use super::connection::Connection;
use super::handed_over::RedisConnection;
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

    /// Takes a connection that the program already has: a `redis::aio::MultiplexedConnection` or, with the feature
    /// `redis-connection-manager`, a `redis::aio::ConnectionManager`. RESP2 and RESP3 are both fine.
    ///
    /// Of the options, only [`timeout`](RedisOptions::timeout) and [`owner_index`](RedisOptions::owner_index) have a meaning here. A response
    /// timeout of the connection that is shorter ends a call, too.
    ///
    /// The connection is replaced as the program has set it up:
    ///
    /// | | `MultiplexedConnection` | `ConnectionManager` | [`open`](Self::open) |
    /// |---|---|---|---|
    /// | after the connection broke | every call fails from then on | waits between attempts, at first 100 ms, then longer: `set_max_delay` limits it | each call tries at once |
    /// | the server became a replica | every write fails while the connection lives | this store has the server close the connection (`QUIT`), at most once a second, and the manager connects again | the next call connects again |
    /// | the server is silent | only TCP ends it | only TCP ends it | replaced after 5 calls without an answer |
    ///
    /// No [`Guard`](crate::guard::Guard) is put before it: wrap it in one to get deadlines, retries and a circuit breaker.
    ///
    /// ```
    /// # #[cfg(feature = "redis-connection-manager")]
    /// # async fn opened() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::Arc;
    ///
    /// use dewar_stores::guard::{Guard, GuardOptions};
    /// use dewar_stores::{Redis, RedisOptions};
    ///
    /// let client = redis::Client::open("redis://localhost")?;
    /// let manager = client.get_connection_manager().await?;
    /// let store = Redis::with_connection(manager.clone(), RedisOptions::default()).await?;
    /// let store = Arc::new(Guard::new(Arc::new(store), GuardOptions::default()));
    /// # _ = store;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the server does not answer, is a node of a Redis Cluster, or an option is given that belongs to the connection.
    pub async fn with_connection(
        connection: impl Into<RedisConnection>,
        options: RedisOptions,
    ) -> Result<Self, OpenError> {
        if let Some(name) = options.of_the_address() {
            return Err(OpenError::new(format!(
                "RedisOptions::{name} has no meaning for a connection that is open already: leave it out"
            )));
        }
        let connection = Connection::handed_over(connection.into(), options.timeout).await?;
        Ok(Self { connection: Arc::new(connection), has_owners: options.owner_index })
    }
}

impl RedisOptions {
    /// The first option that says where and as whom to connect.
    fn of_the_address(&self) -> Option<&'static str> {
        let given = [
            ("user", self.user.is_some()),
            ("password", self.password.is_some()),
            ("database", self.database.is_some()),
            ("ca_file", self.ca_file.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
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
