//! A call on one connection of the pool, in a task of its own.
//!
//! A future of sqlx that is dropped may leave its connection within a transaction: one that began while its `BEGIN` had no answer yet is rolled
//! back by nobody. So what uses a connection runs to its end in a task, whatever happens to the request that asked for it. Only the wait for a
//! connection is dropped with the request, so that there are never more tasks than connections.

use std::pin::Pin;
use std::time::Duration;

use dewar_core::StoreError;
use sqlx::Pool;
use sqlx::pool::PoolConnection;
use tokio::time::timeout;

use crate::{Engine, failure};

/// What is done on a connection.
pub(crate) type Work<'c, T> = Pin<Box<dyn Future<Output = sqlx::Result<T>> + Send + 'c>>;

/// Takes a connection from the pool, and works with it for this time at most. Then the connection is closed.
pub(crate) async fn run<DB: Engine, T: Send + 'static>(
    pool: &Pool<DB>,
    time: Duration,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T> + Send + 'static,
) -> Result<T, StoreError> {
    let conn = pool.acquire().await.map_err(|error| failure::not_acquired::<DB>(&error))?;
    let task = tokio::spawn(work_on(conn, time, work));
    task.await.unwrap_or_else(|ended| Err(StoreError::no_answer(ended)))
}

async fn work_on<DB: Engine, T>(
    mut conn: PoolConnection<DB>,
    time: Duration,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T> + Send,
) -> Result<T, StoreError> {
    let done = timeout(time, work(&mut conn)).await;
    match done {
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
