//! A pool of sqlx as an engine.

use std::fmt;

use dewar_core::{StoreError, StoreKey};
use dewar_stores::sql::{Driver, Outcome, Query, Row, Transaction};
use sqlx::Pool;

use crate::call::{self, Use, Work};
use crate::statements::Statements;
use crate::{Engine, SqlxOptions};

/// A pool of sqlx.
pub struct SqlxPool<DB: Engine> {
    pool: Pool<DB>,
    options: SqlxOptions,
}

impl<DB: Engine> SqlxPool<DB> {
    pub(crate) fn new(pool: Pool<DB>, options: SqlxOptions) -> Self {
        Self { pool, options }
    }

    async fn call<T: Send + 'static>(
        &self,
        in_transaction: bool,
        work: impl for<'c> FnOnce(Statements<'c, DB>) -> Work<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let SqlxOptions { pooler, timeout, .. } = self.options;
        let how = Use { in_transaction: in_transaction || pooler, timeout };
        call::run(&self.pool, how, move |conn| work(Statements { conn, are_kept: !pooler })).await
    }
}

impl<DB: Engine> Driver for SqlxPool<DB> {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        self.call(false, |mut on| Box::pin(async move { on.find(&query.statement, &query.values).await }))
            .await
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.call(false, |mut on| Box::pin(async move { on.rows(&query).await })).await
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        let in_transaction = DB::BEGINS_EACH_WRITE || transaction.then.is_some();
        self.call(in_transaction, |mut on| Box::pin(async move { on.write(&transaction).await })).await
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        self.call(DB::BEGINS_EACH_WRITE, |mut on| Box::pin(async move { on.keys(&query).await })).await
    }
}

/// `Debug` shows no address, which might have a password.
impl<DB: Engine> fmt::Debug for SqlxPool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqlxPool({})", DB::NAME)
    }
}
