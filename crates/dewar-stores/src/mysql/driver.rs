//! A MySQL or MariaDB server as an engine.

use std::fmt;
use std::time::Duration;

use dewar_core::{StoreError, StoreKey};
use mysql_async::Error;
use tokio::time::{Instant, timeout_at};

use super::lease::Lease;
use super::pools::Pools;
use super::{execution, failure};
use crate::sql::{Driver, Outcome, Query, Row, Transaction};

/// How often a transaction is run that the server rolls back so that others can go on.
const ATTEMPTS: usize = 8;
/// The longest time for a call that reads or writes many rows.
const LONG: Duration = Duration::from_secs(5);

/// A server, and the connections to it.
pub struct MySqlServer {
    pub(super) pools: Pools,
    /// The longest time for a call.
    pub(super) timeout: Duration,
    /// The host, port and database.
    pub(super) name: String,
}

impl MySqlServer {
    async fn lease(&self, until: Instant) -> Result<Lease<'_>, StoreError> {
        self.pools.lease(until).await
    }

    async fn write_within(&self, transaction: &Transaction, time: Duration) -> Result<Outcome, StoreError> {
        let until = Instant::now() + time;
        let mut lease = self.lease(until).await?;
        let mut answer = answer(until, execution::write(lease.conn(), transaction)).await?;
        for _ in 1..ATTEMPTS {
            if !answer.as_ref().is_err_and(failure::is_deadlock) {
                break;
            }
            answer = self::answer(until, execution::write(lease.conn(), transaction)).await?;
        }
        lease.end(answer)
    }

    async fn rows_within(&self, query: &Query, time: Duration) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        let until = Instant::now() + time;
        let mut lease = self.lease(until).await?;
        let answer = answer(until, execution::rows(lease.conn(), query)).await?;
        lease.end(answer)
    }
}

/// The answer of the server, unless it takes too long.
async fn answer<T>(
    until: Instant,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<Result<T, Error>, StoreError> {
    timeout_at(until, call).await.map_err(|_| StoreError::no_answer(TooLate))
}

impl Driver for MySqlServer {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        let until = Instant::now() + self.timeout;
        let mut lease = self.lease(until).await?;
        let found = execution::find(lease.conn(), &query.statement, &query.values);
        let answer = answer(until, found).await?;
        lease.end(answer)
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.rows_within(&query, LONG.max(self.timeout)).await
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(&transaction, self.timeout).await
    }

    async fn remove(&self, _: Query) -> Result<Vec<StoreKey>, StoreError> {
        Err(StoreError::refused("not built yet"))
    }
}

impl fmt::Debug for MySqlServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MySqlServer({})", self.name)
    }
}

/// The server did not answer in time.
#[derive(Debug)]
struct TooLate;

impl fmt::Display for TooLate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MySQL did not answer in time")
    }
}

impl std::error::Error for TooLate {}
