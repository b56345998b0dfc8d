//! How a Redis is opened.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::Redis;
use super::address::Address;
use super::connection::Connection;
use crate::OpenError;

/// How a Redis is opened. Flask-Session's settings are the URL (`SESSION_REDIS`), [`password`](Self::password)
/// (`SESSION_REDIS_PASSWORD`) and [`database`](Self::database) (`SESSION_REDIS_DB`).
#[derive(Clone)]
#[must_use]
pub struct RedisOptions {
    url: String,
    user: Option<String>,
    password: Option<String>,
    database: Option<u32>,
    authority: Option<PathBuf>,
    timeout: Duration,
    owners: bool,
}

impl RedisOptions {
    /// By its URL: `redis://user:password@host:6379/0`, `rediss://` for TLS (feature `redis-tls`), `unix:///path?db=0` for a
    /// socket, also spelt `redis+unix://`; `valkey` may stand for `redis`.
    ///
    /// After a `?`, `username`, `password` and `db` are read as redis-py does, and `ca` names [an authority](Self::authority).
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            user: None,
            password: None,
            database: None,
            authority: None,
            timeout: Duration::from_millis(200),
            owners: true,
        }
    }

    /// Whom to sign in as, in place of the URL's user.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The password, in place of the URL's.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The number of the database, in place of the URL's.
    pub fn database(mut self, number: u32) -> Self {
        self.database = Some(number);
        self
    }

    /// A file with the certificates, as PEM, to trust in place of those of the system.
    pub fn authority(mut self, file: impl Into<PathBuf>) -> Self {
        self.authority = Some(file.into());
        self
    }

    /// How long an answer may take; 200 ms if it is not set. A server that is not there at all is known at once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// No index of owners: nothing is written but the sessions, as Flask-Session does. [`Store::owners`](dewar_core::Store::owners)
    /// then gives none.
    pub fn without_owners(mut self) -> Self {
        self.owners = false;
        self
    }

    /// Connects and signs in.
    ///
    /// # Errors
    /// If the URL is wrong, if no server answers within a second, if it refuses, or if it is a node of a Redis Cluster: one line says
    /// which, and what to do.
    pub async fn open(self) -> Result<Redis, OpenError> {
        let mut address = Address::parse(&self.url)?;
        address.user = self.user.clone().or(address.user);
        address.password = self.password.clone().or(address.password);
        address.database = self.database.map_or(address.database, i64::from);
        address.authority = self.authority.clone().or(address.authority);
        let connection = Connection::open(&address, self.timeout).await?;
        Ok(Redis::new(connection, self.owners))
    }
}

/// Neither the URL nor the password is shown.
impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("timeout", &self.timeout)
            .field("owners", &self.owners)
            .finish_non_exhaustive()
    }
}
