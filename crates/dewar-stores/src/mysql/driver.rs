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
        if transaction.then.is_some() {
            return Err(StoreError::refused(
                "this driver runs no second statement: its dialect renames in one",
            ));
        }
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
        lease.end_read(answer)
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        let until = Instant::now() + LONG.max(self.timeout);
        let mut lease = self.pools.lease(until).await?;
        let answer = timeout_at(until, execution::rows(lease.conn(), &query, &self.with_more_time)).await;
        lease.end_read(answer)
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

#[cfg(test)]
mod tests {
    use dewar_core::clock::UnixTime;
    use dewar_core::{Entry, Revision, Store as _, StoreErrorKind, Write};
    use mysql_async::Opts;

    use super::*;
    use crate::sql::{SQLITE, SqlStore};

    /// Nothing listens there.
    const NOWHERE: &str = "mysql://127.0.0.1:1";

    #[tokio::test]
    async fn a_rename_in_two_statements_is_refused() {
        let server = MySqlServer {
            pools: Pools::new(Opts::from_url(NOWHERE).unwrap()),
            timeout: LONG,
            with_more_time: String::new(),
            name: String::new(),
        };
        let store = SqlStore::native(server, &SQLITE).unwrap();
        let (a, b) = (StoreKey::new("a"), StoreKey::new("b"));
        let (seen, entry) = (Revision::from_number(1), Entry::new("x", None));
        let rename = store.write(Write::rename(&a, &b, &seen, &entry, None), UnixTime::from_seconds(1)).await;
        assert_eq!(rename.unwrap_err().kind(), StoreErrorKind::Refused);
        let removal = store.write(Write::remove(&a, None), UnixTime::from_seconds(1)).await;
        assert_eq!(removal.unwrap_err().kind(), StoreErrorKind::Unavailable, "it is tried");
    }
}
