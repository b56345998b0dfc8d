//! PostgreSQL as an engine: one connection that reads, and a few that write.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dewar_core::{StoreError, StoreKey};
use tokio_postgres::Error;

use super::failure::{Failure, is_taken};
use super::lanes::Lanes;
use super::link::Link;
use super::options::PostgresOptions;
use super::server::Server;
use super::session::Session;
use super::value::{self, KEY};
use crate::sql::{Driver, Outcome, Query, Row, Transaction};

/// How long a call may take that concerns many entries.
const LONG: Duration = Duration::from_secs(5);

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
        let done = self.writes.pick().with(time, |session| write(session, transaction)).await;
        done.map_err(|failure| failure.to_store_error())
    }
}

impl Driver for PostgresDriver {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        let found = self.reads.with(self.timeout, |session| find(session, query)).await;
        found.map_err(|failure| failure.to_store_error())
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        let rows = self.reads.with(LONG.max(self.timeout), |session| rows(session, query)).await;
        rows.map_err(|failure| failure.to_store_error())
    }

    /// On a connection that writes, so that no read waits for it.
    async fn page(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        let rows = self.writes.pick().with(LONG.max(self.timeout), |session| rows(session, query)).await;
        rows.map_err(|failure| failure.to_store_error())
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(self.timeout, transaction).await
    }

    async fn write_many(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.write_within(LONG.max(self.timeout), transaction).await
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        let keys = self.writes.pick().with(LONG.max(self.timeout), |session| keys(session, query)).await;
        keys.map_err(|failure| failure.to_store_error())
    }
}

async fn find(session: Arc<Session>, Query { statement, values }: Query) -> Result<Option<Row>, Error> {
    session.rows(&statement, &values).await?.first().map(value::row).transpose()
}

async fn rows(
    session: Arc<Session>,
    Query { statement, values }: Query,
) -> Result<Vec<(StoreKey, Row)>, Error> {
    let rows = session.rows(&statement, &values).await?;
    rows.iter().map(|row| Ok((value::key(row, KEY)?, value::row(row)?))).collect()
}

async fn keys(session: Arc<Session>, Query { statement, values }: Query) -> Result<Vec<StoreKey>, Error> {
    let rows = session.rows(&statement, &values).await?;
    rows.iter().map(|row| value::key(row, 0)).collect()
}

/// One statement, which is a transaction of its own, and a look at what is stored if it wrote nothing. The look is a transaction of its own as
/// well, so that it sees what the first one lost to.
async fn write(
    session: Arc<Session>,
    Transaction { values, first, look, .. }: Transaction,
) -> Result<Outcome, Error> {
    let rows = match session.execute(&first, &values).await {
        // The new key of a rename, taken by another client at the same moment.
        Err(error) if look.is_some() && is_taken(&error) => 0,
        rows => rows?,
    };
    let found = match look {
        Some(look) if rows == 0 => find(session, Query { statement: look, values }).await?,
        _ => None,
    };
    Ok(Outcome { rows: usize::try_from(rows).unwrap_or(usize::MAX), found })
}

/// `Debug` shows where the database is, without the user and the password.
impl fmt::Debug for PostgresDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresDriver({})", self.name)
    }
}
