//! A connection that the program already has, handed over to a store.
//!
//! The program made it, and it connects again as the program has set it up. One thing is done here: a manager replaces a connection only when it
//! breaks, but a primary that became a replica keeps its connections, while the address may already lead to the new primary. So, after such an
//! answer, the server is asked to close the connection.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[cfg(feature = "redis-connection-manager")]
use ::redis::aio::ConnectionManager;
use ::redis::aio::{ConnectionLike, MultiplexedConnection};
use ::redis::{Cmd, Pipeline, RedisFuture, RedisResult, Value, cmd};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::failure;

/// A connection to a replica is closed at most this often, so that calls which failed at the same time do not close the next one.
const CLOSE_EVERY: Duration = Duration::from_secs(1);

/// A connection that the program already has, for [`Redis::with_connection`](super::Redis::with_connection).
///
/// It is made from a [`MultiplexedConnection`] or, with the feature `redis-connection-manager`, from a `ConnectionManager` of the crate
/// `redis`. The program can go on using its clones.
#[derive(Clone)]
pub struct RedisConnection(Line);

/// A connection of the driver.
#[derive(Clone)]
pub(super) enum Line {
    Multiplexed(MultiplexedConnection),
    #[cfg(feature = "redis-connection-manager")]
    Managed(ConnectionManager),
}

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
    pub(super) async fn with<T, F>(
        &self,
        deadline: Instant,
        ask: impl FnOnce(Line) -> F,
    ) -> Result<RedisResult<T>, Elapsed>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let answer = timeout_at(deadline, ask(self.line.clone())).await;
        if matches!(&answer, Ok(Err(error)) if failure::is_from_replica(error)) && self.may_close() {
            _ = timeout_at(deadline, self.line.clone().reconnect()).await;
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

impl Line {
    fn is_replaced_when_closed(&self) -> bool {
        match self {
            Self::Multiplexed(_) => false,
            #[cfg(feature = "redis-connection-manager")]
            Self::Managed(_) => true,
        }
    }

    /// Has the server close the connection. By the second command, a manager without push messages notices it, too.
    async fn reconnect(mut self) {
        _ = cmd("QUIT").exec_async(&mut self).await;
        _ = cmd("PING").exec_async(&mut self).await;
    }
}

impl ConnectionLike for Line {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Multiplexed(connection) => connection.req_packed_command(command),
            #[cfg(feature = "redis-connection-manager")]
            Self::Managed(connection) => connection.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Multiplexed(connection) => connection.req_packed_commands(commands, offset, count),
            #[cfg(feature = "redis-connection-manager")]
            Self::Managed(connection) => connection.req_packed_commands(commands, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Multiplexed(connection) => connection.get_db(),
            #[cfg(feature = "redis-connection-manager")]
            Self::Managed(connection) => connection.get_db(),
        }
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
