//! A pool of sqlx as an engine.

use std::fmt;

use dewar_core::{StoreError, StoreKey};
use dewar_stores::sql::{Driver, Outcome, Query, Row, Transaction};
use sqlx::Pool;

use crate::call::{self, Work};
use crate::statements::Statements;
use crate::{Engine, SqlxOptions, write};

/// A pool of sqlx.
pub struct SqlxPool<DB: Engine> {
    pool: Pool<DB>,
    options: SqlxOptions,
}

impl<DB: Engine> SqlxPool<DB> {
    pub(crate) fn new(pool: Pool<DB>, options: SqlxOptions) -> Self {
        Self { pool, options }
    }

    /// Runs one statement; for a pooler, in a transaction.
    async fn ask<T: Send + 'static>(
        &self,
        is_write: bool,
        work: impl for<'c> FnOnce(Statements<'c, DB>) -> Work<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let SqlxOptions { pooler, timeout, .. } = self.options;
        let begins = pooler || (is_write && DB::BEGINS_EACH_WRITE);
        call::run(&self.pool, timeout, move |conn| {
            Box::pin(async move {
                if begins {
                    return call::in_transaction::<DB, T>(conn, move |conn| {
                        work(Statements { conn, are_kept: !pooler })
                    })
                    .await;
                }
                DB::leave_transaction(conn).await?;
                work(Statements { conn, are_kept: true }).await
            })
        })
        .await
    }
}

impl<DB: Engine> Driver for SqlxPool<DB> {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        self.ask(false, |mut on| Box::pin(async move { on.find(&query.statement, &query.values).await }))
            .await
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.ask(false, |mut on| Box::pin(async move { on.rows(&query).await })).await
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        let SqlxOptions { pooler, timeout, .. } = self.options;
        call::run(&self.pool, timeout, move |conn| {
            Box::pin(async move { write::write::<DB>(conn, &transaction, pooler).await })
        })
        .await
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        self.ask(true, |mut on| Box::pin(async move { on.keys(&query).await })).await
    }
}

/// `Debug` shows no address, which might have a password.
impl<DB: Engine> fmt::Debug for SqlxPool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqlxPool({})", DB::NAME)
    }
}
