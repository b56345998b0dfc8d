//! A MySQL or MariaDB server as an engine.

use std::fmt;
use std::time::Duration;

use dewar_core::{StoreError, StoreKey};
use tokio::time::{Instant, timeout_at};

use super::execution;
use super::pools::Pools;
use crate::sql::{Driver, Outcome, Query, Row, Transaction};

/// The longest time for a call that reads or writes many rows.
pub(super) const LONG: Duration = Duration::from_secs(5);

/// A server, and the connections to it.
pub struct MySqlServer {
    pub(super) pools: Pools,
    /// The longest time for a call.
    pub(super) timeout: Duration,
    /// What the statements of a call begin with that reads or writes many rows.
    pub(super) with_more_time: String,
    /// The host, port and database.
    pub(super) name: String,
}

impl MySqlServer {
    async fn write_within(
        &self,
        transaction: &Transaction,
        begin: &str,
        time: Duration,
    ) -> Result<Outcome, StoreError> {
        let until = Instant::now() + time;
        let mut lease = self.pools.lease(until).await?;
        let answer = timeout_at(until, execution::write(lease.conn(), transaction, begin)).await;
        lease.end(answer)
    }
}

impl Driver for MySqlServer {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        let until = Instant::now() + self.timeout;
        let mut lease = self.pools.lease(until).await?;
        let found = execution::find(lease.conn(), &query.statement, &query.values);
        let answer = timeout_at(until, found).await;
        lease.end(answer)
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        let until = Instant::now() + LONG.max(self.timeout);
        let mut lease = self.pools.lease(until).await?;
        let answer = timeout_at(until, execution::rows(lease.conn(), &query, &self.with_more_time)).await;
        lease.end(answer)
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(&transaction, "", self.timeout).await
    }

    /// For a quarter of the time, so that a load that touches still answers.
    async fn write_if_idle(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(&transaction, "", self.timeout / 4).await
    }

    async fn write_many(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(&transaction, &self.with_more_time, LONG.max(self.timeout)).await
    }

    /// Its dialect has no statement that removes rows and returns their keys.
    async fn remove(&self, _: Query) -> Result<Vec<StoreKey>, StoreError> {
        Err(StoreError::refused("MySQL has no RETURNING"))
    }
}

impl fmt::Debug for MySqlServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MySqlServer({})", self.name)
    }
}
