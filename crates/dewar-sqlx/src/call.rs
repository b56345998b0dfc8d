//! A call on one connection of the pool, in a task of its own.
//!
//! A future of sqlx that is dropped may leave its connection within a transaction: one that began while its `BEGIN` had no answer yet is rolled
//! back by nobody. So what uses a connection runs to its end in a task, whatever happens to the request that asked for it. Only the wait for a
//! connection is dropped with the request, so that there are never more tasks than connections.

use std::pin::Pin;
use std::time::Duration;

use dewar_core::StoreError;
use sqlx::error::DatabaseError;
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Error, Pool};
use tokio::time::timeout;

use crate::{Engine, failure};

/// What is done on a connection.
pub(crate) type Work<'c, T> = Pin<Box<dyn Future<Output = sqlx::Result<T>> + Send + 'c>>;

/// Takes a connection from the pool, and works with it. A server that does not answer within this time loses the connection.
pub(crate) async fn run<DB: Engine, T: Send + 'static>(
    pool: &Pool<DB>,
    time: Duration,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T> + Send + 'static,
) -> Result<T, StoreError> {
    let conn = pool.acquire().await.map_err(|error| failure::not_acquired::<DB>(&error))?;
    let task = tokio::spawn(work_on(pool.clone(), conn, time, work));
    task.await.unwrap_or_else(|ended| Err(StoreError::no_answer(ended)))
}

/// Works in a transaction. If it fails, it is rolled back when the connection returns to the pool.
pub(crate) async fn in_transaction<DB: Engine, T>(
    conn: &mut DB::Connection,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T>,
) -> sqlx::Result<T> {
    let mut all = conn.begin_with(DB::BEGIN).await?;
    let done = work(&mut all).await?;
    all.commit().await.map(|()| done)
}

async fn work_on<DB: Engine, T: Send>(
    pool: Pool<DB>,
    mut conn: PoolConnection<DB>,
    time: Duration,
    work: impl for<'c> FnOnce(&'c mut DB::Connection) -> Work<'c, T> + Send,
) -> Result<T, StoreError> {
    if !DB::IS_SERVER {
        return work(&mut conn).await.map_err(|error| failure::not_done::<DB>(&error));
    }
    match timeout(time, work(&mut conn)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            if let Error::Database(error) = &error {
                close_if_useless(&pool, conn, error.as_ref());
            }
            Err(failure::not_done::<DB>(&error))
        }
        Err(_) => {
            drop(conn.detach());
            Err(failure::too_slow::<DB>())
        }
    }
}

fn close_if_useless<DB: Engine>(pool: &Pool<DB>, conn: PoolConnection<DB>, error: &dyn DatabaseError) {
    if DB::is_wrong_server(error) {
        drop(conn.detach());
        close_idle(pool);
    } else if DB::is_in_failed_transaction(error) {
        drop(conn.detach());
    }
}

/// They lead to the same server, while the address may lead to another one by now.
fn close_idle<DB: Engine>(pool: &Pool<DB>) {
    while let Some(conn) = pool.try_acquire() {
        drop(conn.detach());
    }
}
