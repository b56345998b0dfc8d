//! A call on one connection of the pool, in a task of its own.
//!
//! A future of sqlx that is dropped may leave its connection within a transaction: one that began while its `BEGIN` had no answer yet is rolled
//! back by nobody. So what uses a connection runs to its end in a task, whatever happens to the request that asked for it. Only the wait for a
//! connection is dropped with the request, so that there are never more tasks than connections.

use std::pin::Pin;
use std::time::Duration;

use dewar_core::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Pool};
use tokio::time::timeout;

use crate::{Engine, failure};

/// What is done on a connection.
pub(crate) type Work<'c, T> = Pin<Box<dyn Future<Output = sqlx::Result<T>> + Send + 'c>>;

/// How a call uses its connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    /// Whether the work is a transaction of its own.
    pub(crate) in_transaction: bool,
    /// After this time, the connection is closed.
    pub(crate) timeout: Duration,
}

/// Takes a connection from the pool, and works with it.
pub(crate) async fn run<DB: Engine, T: Send + 'static>(
    pool: &Pool<DB>,
    how: Use,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T> + Send + 'static,
) -> Result<T, StoreError> {
    let conn = pool.acquire().await.map_err(|error| failure::not_acquired::<DB>(&error))?;
    let task = tokio::spawn(work_on(conn, how, work));
    task.await.unwrap_or_else(|ended| Err(StoreError::no_answer(ended)))
}

async fn work_on<DB: Engine, T: Send>(
    mut conn: PoolConnection<DB>,
    how: Use,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T> + Send,
) -> Result<T, StoreError> {
    let done = timeout(how.timeout, async {
        if how.in_transaction { transaction::<DB, T>(&mut conn, work).await } else { work(&mut conn).await }
    });
    match done.await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            if failure::needs_new_connection::<DB>(&error) {
                drop(conn.detach());
            }
            Err(failure::not_done::<DB>(&error))
        }
        Err(_) => {
            drop(conn.detach());
            Err(failure::too_slow::<DB>())
        }
    }
}

/// A transaction that fails before its end is rolled back when the connection returns to the pool.
async fn transaction<DB: Engine, T>(
    conn: &mut DB::Connection,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T>,
) -> sqlx::Result<T> {
    let mut all = conn.begin_with(DB::BEGIN).await?;
    let done = work(&mut all).await?;
    all.commit().await.map(|()| done)
}
