//! A connection while a call uses it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use dewar_core::StoreError;
use mysql_async::{Conn, Error};
use tokio::runtime::Handle;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::failure;
use super::pools::{Generation, Pools};

/// How long a connection may take that no call waits for any more. The server may be slow to check a password.
const CONNECTING: Duration = Duration::from_secs(5);

/// A connection of a pool. If it is dropped before the answer came, the driver does not use the connection for another call.
pub(super) struct Lease<'a> {
    conn: Conn,
    generation: Arc<Generation>,
    pools: &'a Pools,
}

impl<'a> Lease<'a> {
    pub(super) fn new(conn: Conn, generation: Arc<Generation>, pools: &'a Pools) -> Self {
        Self { conn, generation, pools }
    }

    pub(super) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Notes the answer, or that there was none in time, and gives the connection back.
    pub(super) fn end<T>(self, answer: Result<Result<T, Error>, Elapsed>) -> Result<T, StoreError> {
        let is_useless = match &answer {
            Ok(answer) => {
                self.generation.answered();
                answer.as_ref().is_err_and(failure::needs_new_connections)
            }
            Err(_) => self.generation.is_silent(),
        };
        if is_useless {
            self.pools.replace(&self.generation);
        }
        match answer {
            Ok(answer) => answer.map_err(failure::store_error),
            Err(_) => Err(StoreError::no_answer(TooLate)),
        }
    }

    /// [`end`](Self::end) for a call that only reads.
    pub(super) fn end_read<T>(self, answer: Result<Result<T, Error>, Elapsed>) -> Result<T, StoreError> {
        self.end(answer).map_err(failure::of_read)
    }
}

/// A future that gets a connection. If its call gives up, connecting goes on, since it may take longer than a call; the connection then waits for
/// the next call. Only one such attempt goes on at a time.
pub(super) struct Connecting {
    attempt: Option<Attempt>,
    generation: Arc<Generation>,
}

type Attempt = Pin<Box<dyn Future<Output = Result<Conn, Error>> + Send>>;

impl Connecting {
    pub(super) fn new(generation: &Arc<Generation>) -> Self {
        let attempt: Attempt = Box::pin(generation.pool.get_conn());
        Self { attempt: Some(attempt), generation: Arc::clone(generation) }
    }
}

impl Future for Connecting {
    type Output = Result<Conn, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(attempt) = &mut self.attempt else { return Poll::Pending };
        let answer = attempt.as_mut().poll(context);
        if answer.is_ready() {
            self.attempt = None;
        }
        answer
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        let (Some(attempt), Ok(runtime)) = (self.attempt.take(), Handle::try_current()) else { return };
        if !self.generation.goes_on_connecting() {
            return;
        }
        let generation = Arc::clone(&self.generation);
        runtime.spawn(async move {
            _ = timeout(CONNECTING, attempt).await;
            generation.ends_connecting();
        });
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
