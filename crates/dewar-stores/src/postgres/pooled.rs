//! The stores over a pool that the program already has.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Pool, PoolError};
use dewar_core::{StoreError, StoreKey};
use tokio::time::timeout;
use tokio_postgres::Error;

use super::calls::{self, LONG};
use super::failure::{Failure, needs_new_connection};
use super::options::PostgresOptions;
use super::session::Session;
use super::{opening, pooler, table};
use crate::OpenError;
use crate::sql::{
    self, Driver, IfMissing, Native, Outcome, POSTGRES, Query, Row, SqlStore, Table, Transaction,
};

/// [`Postgres`](super::Postgres) over a pool of the crate `deadpool-postgres`.
pub type PooledPostgres = SqlStore<PostgresPool, Native>;

/// [`SqlAlchemy`](super::SqlAlchemy) over a pool of the crate `deadpool-postgres`.
#[cfg(feature = "flask")]
pub type PooledSqlAlchemy = SqlStore<PostgresPool, sql::Flask>;

/// A pool of the program. Of a dropped call nothing is left: its connection goes back to the pool, which it has not left in a transaction.
pub struct PostgresPool {
    pool: Pool,
    timeout: Duration,
    is_direct: bool,
}

impl PooledPostgres {
    /// Takes one connection, and checks the table. Of the options, `create_table` and `timeout` are used; the rest is the pool's. Set
    /// `lock_timeout` for the role, so that a write that waits for another transaction gives its connection back.
    ///
    /// # Errors
    /// As [`Postgres::open`](super::Postgres::open).
    pub async fn from_pool(pool: Pool, options: &PostgresOptions) -> Result<Self, OpenError> {
        let if_missing = IfMissing::new(options.create_table, false);
        let pool = PostgresPool::open(pool, &sql::native_table(&POSTGRES), if_missing, options).await?;
        Self::native(pool, &POSTGRES)
    }
}

#[cfg(feature = "flask")]
impl PooledSqlAlchemy {
    /// Takes one connection, and checks the table, which is created if it does not exist. Of the options, `timeout` is used.
    ///
    /// # Errors
    /// As [`SqlAlchemy::open`](super::SqlAlchemy::open).
    pub async fn from_pool<'a>(
        pool: Pool,
        table: impl Into<sql::FlaskTable<'a>>,
        options: &PostgresOptions,
    ) -> Result<Self, OpenError> {
        let names = table.into();
        let table = sql::flask_table(&POSTGRES, names)?;
        let pool =
            PostgresPool::open(pool, &table, IfMissing::new(options.create_table, true), options).await?;
        Ok(Self::flask(pool, &POSTGRES, names))
    }
}

impl PostgresPool {
    async fn open(
        pool: Pool,
        table: &Table,
        if_missing: IfMissing,
        options: &PostgresOptions,
    ) -> Result<Self, OpenError> {
        const PLACE: &str = "the pool's address";
        let not_opened = |failure| opening::not_opened(PLACE, &failure);
        let client = pool.get().await.map_err(|error| not_opened(failure(error)))?;
        let is_direct = pooler::is_direct(&client).await;
        let is_direct = is_direct.map_err(|error| not_opened(Failure::Failed(Arc::new(error))))?;
        table::ensure(&client, table, if_missing, PLACE).await?;
        drop(client);
        Ok(Self { pool, timeout: options.timeout, is_direct })
    }

    /// Runs something on a connection of the pool. A connection that broke, or whose server cannot serve, does not go back.
    async fn with<T, F>(&self, time: Duration, run: impl FnOnce(Arc<Session>) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let connection = timeout(time, self.pool.get()).await;
        let connection = match connection {
            Ok(connection) => connection.map_err(|error| failure(error).to_store_error())?,
            Err(_) => return Err(Failure::SlowToConnect.to_store_error()),
        };
        let session = Arc::new(Session::of_pool(connection, self.is_direct));
        let answer = timeout(time, run(Arc::clone(&session))).await;
        let is_bad = answer.as_ref().map_or(true, |answer| answer.as_ref().is_err_and(needs_new_connection));
        if is_bad && let Some(session) = Arc::into_inner(session) {
            session.close();
        }
        match answer {
            Ok(answer) => answer.map_err(|error| Failure::Failed(Arc::new(error)).to_store_error()),
            Err(_) => Err(Failure::TimedOut.to_store_error()),
        }
    }
}

/// No connection: nothing was sent.
fn failure(error: PoolError) -> Failure {
    match error {
        PoolError::Backend(error) => Failure::NotConnected(Arc::new(error)),
        _ => Failure::SlowToConnect,
    }
}

impl Driver for PostgresPool {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        self.with(self.timeout, |session| calls::find(session, query)).await
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.with(LONG.max(self.timeout), |session| calls::rows(session, query)).await
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.with(self.timeout, |session| calls::write(session, transaction)).await
    }

    async fn write_many(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.with(LONG.max(self.timeout), |session| calls::write(session, transaction)).await
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        self.with(LONG.max(self.timeout), |session| calls::keys(session, query)).await
    }
}

impl fmt::Debug for PostgresPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresPool")
    }
}
