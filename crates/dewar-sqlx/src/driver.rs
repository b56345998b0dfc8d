//! A pool of sqlx as an engine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dewar_core::{StoreError, StoreKey};
use dewar_stores::sql::{Driver, Outcome, Query, Row, Statement, Transaction, Values};
use sqlx::{Connection, Pool};

use crate::call::{self, Work};
use crate::queries::ready;
use crate::{Engine, SqlxOptions};

/// A pool of sqlx.
pub struct SqlxPool<DB: Engine> {
    pool: Pool<DB>,
    timeout: Duration,
}

impl<DB: Engine> SqlxPool<DB> {
    pub(crate) fn new(pool: Pool<DB>, options: &SqlxOptions) -> Self {
        Self { pool, timeout: options.timeout }
    }

    async fn call<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        call::run(&self.pool, self.timeout, work).await
    }
}

impl<DB: Engine> Driver for SqlxPool<DB> {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        self.call(move |conn| {
            Box::pin(async move { find::<DB>(conn, &query.statement, &query.values).await })
        })
        .await
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.call(move |conn| Box::pin(rows::<DB>(conn, query))).await
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.call(move |conn| Box::pin(write::<DB>(conn, transaction))).await
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        self.call(move |conn| Box::pin(keys::<DB>(conn, query))).await
    }
}

/// The column of the key in queries that return several rows.
const KEY: usize = 4;

async fn find<DB: Engine>(
    conn: &mut DB::Connection,
    statement: &Statement,
    values: &Values,
) -> sqlx::Result<Option<Row>> {
    let found = DB::first(conn, ready(statement, values)?).await?;
    found.map(|row| DB::row(&row)).transpose()
}

async fn rows<DB: Engine>(conn: &mut DB::Connection, query: Query) -> sqlx::Result<Vec<(StoreKey, Row)>> {
    let rows = DB::all(conn, ready(&query.statement, &query.values)?).await?;
    rows.iter().map(|row| Ok((DB::key(row, KEY)?, DB::row(row)?))).collect()
}

async fn keys<DB: Engine>(conn: &mut DB::Connection, query: Query) -> sqlx::Result<Vec<StoreKey>> {
    let rows = DB::all(conn, ready(&query.statement, &query.values)?).await?;
    rows.iter().map(|row| DB::key(row, 0)).collect()
}

/// A transaction that is dropped before its end is rolled back when the connection returns to the pool.
async fn write<DB: Engine>(conn: &mut DB::Connection, transaction: Transaction) -> sqlx::Result<Outcome> {
    let Some(then) = transaction.then.clone() else { return write_or_look::<DB>(conn, &transaction).await };
    let mut all = conn.begin_with(DB::BEGIN).await?;
    let outcome = write_or_look::<DB>(&mut all, &transaction).await?;
    if outcome.rows > 0 {
        execute::<DB>(&mut all, &then, &transaction.values).await?;
    }
    all.commit().await?;
    Ok(outcome)
}

async fn write_or_look<DB: Engine>(
    conn: &mut DB::Connection,
    transaction: &Transaction,
) -> sqlx::Result<Outcome> {
    let Transaction { values, first, look, .. } = transaction;
    let rows = execute::<DB>(conn, first, values).await?;
    let found = match look {
        Some(look) if rows == 0 => find::<DB>(conn, look, values).await?,
        _ => None,
    };
    Ok(Outcome { rows, found })
}

async fn execute<DB: Engine>(
    conn: &mut DB::Connection,
    statement: &Arc<Statement>,
    values: &Values,
) -> sqlx::Result<usize> {
    let result = DB::run(conn, ready(statement, values)?).await?;
    Ok(usize::try_from(DB::rows_written(&result)).unwrap_or(usize::MAX))
}

/// `Debug` shows no address, which might have a password.
impl<DB: Engine> fmt::Debug for SqlxPool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqlxPool({})", DB::NAME)
    }
}
