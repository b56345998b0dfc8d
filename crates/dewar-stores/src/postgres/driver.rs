//! PostgreSQL as an engine: one connection that reads, and a few that write.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dewar_core::{StoreError, StoreKey};

use super::calls::{self, LONG};
use super::failure::Failure;
use super::lanes::Lanes;
use super::link::Link;
use super::options::PostgresOptions;
use super::server::Server;
use super::session::Session;
use crate::sql::{Driver, Outcome, Query, Row, Transaction};

/// The connections to a database.
pub struct PostgresDriver {
    reads: Link,
    writes: Lanes,
    timeout: Duration,
    name: String,
}

impl PostgresDriver {
    /// Starts to connect.
    pub(super) fn new(server: &Arc<Server>, options: &PostgresOptions) -> Self {
        Self {
            reads: Link::new(server),
            writes: Lanes::new(server, options.connections),
            timeout: options.timeout,
            name: server.to_string(),
        }
    }

    pub(super) async fn session(&self) -> Result<Arc<Session>, Failure> {
        self.reads.session().await
    }

    async fn write_within(&self, time: Duration, transaction: Transaction) -> Result<Outcome, StoreError> {
        let done = self.writes.pick().with(time, |session| calls::write(session, transaction)).await;
        done.map_err(|failure| failure.to_store_error())
    }
}

impl Driver for PostgresDriver {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        let found = self.reads.with(self.timeout, |session| calls::find(session, query)).await;
        found.map_err(|failure| failure.to_store_error())
    }

    /// On a connection that writes, so that no load waits for it.
    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        let rows =
            self.writes.pick().with(LONG.max(self.timeout), |session| calls::rows(session, query)).await;
        rows.map_err(|failure| failure.to_store_error())
    }

    /// On a connection that writes, so that no read waits for it.
    async fn page(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        let rows =
            self.writes.pick().with(LONG.max(self.timeout), |session| calls::rows(session, query)).await;
        rows.map_err(|failure| failure.to_store_error())
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(self.timeout, transaction).await
    }

    /// For a quarter of the time, so that a load that touches still answers.
    async fn write_if_idle(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(self.timeout / 4, transaction).await
    }

    async fn write_many(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(LONG.max(self.timeout), transaction).await
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        let keys =
            self.writes.pick().with(LONG.max(self.timeout), |session| calls::keys(session, query)).await;
        keys.map_err(|failure| failure.to_store_error())
    }
}

/// `Debug` shows where the database is, without the user and the password.
impl fmt::Debug for PostgresDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresDriver({})", self.name)
    }
}
