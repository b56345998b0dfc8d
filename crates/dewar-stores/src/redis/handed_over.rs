//! A connection that the program already has, handed over to a store.
//!
//! The program made it, and it connects again as the program has set it up. One thing is done here: a manager replaces a connection only when it
//! breaks, but a primary that became a replica keeps its connections, while the address may already lead to the new primary. So, after such an
//! answer, the server is asked to close the connection.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[cfg(feature = "redis-connection-manager")]
use ::redis::aio::ConnectionManager;
use ::redis::aio::MultiplexedConnection;
use ::redis::{RedisResult, Value};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::failure;
use super::line::{Line, Message};

/// A connection to a replica is closed at most this often, so that calls which failed at the same time do not close the next one.
const CLOSE_EVERY: Duration = Duration::from_secs(1);

/// A connection that the program already has, for [`Redis::with_connection`](super::Redis::with_connection).
///
/// It is made from a [`MultiplexedConnection`] or, with the feature `redis-connection-manager`, from a `ConnectionManager` of the crate
/// `redis`. The program can go on using its clones.
#[derive(Clone)]
pub struct RedisConnection(Line);

/// A connection of the program, in use.
pub(super) struct HandedOver {
    line: Line,
    last_closed: Mutex<Option<Instant>>,
}

impl HandedOver {
    pub(super) fn new(RedisConnection(line): RedisConnection) -> Self {
        Self { line, last_closed: Mutex::new(None) }
    }

    /// Sends something over the connection, and waits for the answer until the deadline.
    pub(super) async fn exchange(
        &self,
        message: Message<'_>,
        deadline: Instant,
    ) -> Result<RedisResult<Value>, Elapsed> {
        let mut line = self.line.clone();
        let answer = timeout_at(deadline, line.send(message)).await;
        if matches!(&answer, Ok(Err(error)) if failure::is_from_replica(error)) && self.may_close() {
            _ = timeout_at(deadline, Box::pin(line.reconnect())).await;
        }
        answer
    }

    fn may_close(&self) -> bool {
        let mut last = self.last_closed.lock().unwrap_or_else(PoisonError::into_inner);
        let may_close =
            self.line.is_replaced_when_closed() && last.is_none_or(|last| last.elapsed() >= CLOSE_EVERY);
        if may_close {
            *last = Some(Instant::now());
        }
        may_close
    }
}

impl From<MultiplexedConnection> for RedisConnection {
    fn from(connection: MultiplexedConnection) -> Self {
        Self(Line::Multiplexed(connection))
    }
}

#[cfg(feature = "redis-connection-manager")]
impl From<ConnectionManager> for RedisConnection {
    fn from(manager: ConnectionManager) -> Self {
        Self(Line::Managed(manager))
    }
}

/// `Debug` shows no address, which might have a password.
impl fmt::Debug for RedisConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisConnection")
    }
}
