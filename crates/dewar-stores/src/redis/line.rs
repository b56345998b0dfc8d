//! One connection for all, made anew when it breaks.
//!
//! The driver's own manager answers with how its last attempt went, even if that is long ago, and makes no other after a refusal
//! (too many clients, say). Here whoever finds no connection begins an attempt, and waits for that one.
//!
//! A connection is given up when it breaks, and also when the server at its other end says that it cannot serve: a primary that
//! became a replica keeps its connections, while the address leads to the new primary already. And when nothing comes through it any
//! more, call after call: a server that hangs, behind an address that leads to another by now, never breaks a connection.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError, RedisResult};
use tokio::sync::OnceCell;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::failure;

/// So many calls without an answer, one after the other: the connection is silent.
const SILENT: u32 = 5;

/// The way to the server.
pub(super) struct Line {
    client: Client,
    connecting: Duration,
    current: Mutex<Arc<Attempt>>,
}

/// A connection that is being made, stands, has failed or is broken.
struct Attempt {
    client: Client,
    settings: AsyncConnectionConfig,
    outcome: OnceCell<RedisResult<MultiplexedConnection>>,
    is_broken: AtomicBool,
    /// Calls that were given up since the last answer came.
    unanswered: AtomicU32,
}

impl Line {
    /// Connects, within this time; so it is later, when the connection is made anew.
    pub(super) async fn open(client: Client, connecting: Duration) -> RedisResult<Self> {
        let current = Mutex::new(Attempt::begin(&client, connecting));
        let line = Self { client, connecting, current };
        line.attempt().outcome().await?;
        Ok(line)
    }

    /// Does something with the connection within this time, and gives the connection up if it is of no more use.
    pub(super) async fn with<T, F>(
        &self,
        time: Duration,
        ask: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<RedisResult<T>, Elapsed>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let attempt = self.attempt();
        let answer = timeout(time, async { ask(attempt.outcome().await?).await }).await;
        match &answer {
            Ok(answer) => attempt.hear(answer.as_ref().err()),
            Err(_) => attempt.hear_nothing(),
        }
        answer
    }

    /// The one that may still lead somewhere.
    fn attempt(&self) -> Arc<Attempt> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.is_over() {
            *current = Attempt::begin(&self.client, self.connecting);
        }
        Arc::clone(&current)
    }
}

impl Attempt {
    /// Goes on also when nobody waits any more: a connection may take longer than a call.
    fn begin(client: &Client, connecting: Duration) -> Arc<Self> {
        let attempt = Arc::new_cyclic(|attempt| Self {
            client: client.clone(),
            settings: settings(connecting, attempt.clone()),
            outcome: OnceCell::new(),
            is_broken: AtomicBool::new(false),
            unanswered: AtomicU32::new(0),
        });
        let begun = Arc::clone(&attempt);
        tokio::spawn(async move { begun.outcome().await.map(drop) });
        attempt
    }

    async fn outcome(&self) -> RedisResult<MultiplexedConnection> {
        let make = || self.client.get_multiplexed_async_connection_with_config(&self.settings);
        self.outcome.get_or_init(make).await.clone()
    }

    fn hear(&self, error: Option<&RedisError>) {
        self.unanswered.store(0, Ordering::Relaxed);
        if error.is_some_and(failure::is_of_no_more_use) {
            self.is_broken.store(true, Ordering::Relaxed);
        }
    }

    /// As long as the connection is being made, that says nothing: it has a time of its own.
    fn hear_nothing(&self) {
        if self.outcome.initialized() && self.unanswered.fetch_add(1, Ordering::Relaxed) + 1 >= SILENT {
            self.is_broken.store(true, Ordering::Relaxed);
        }
    }

    fn is_over(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed) || matches!(self.outcome.get(), Some(Err(_)))
    }
}

/// Calls have a time of their own. A connection that breaks while nobody asks is known all the same.
fn settings(connecting: Duration, attempt: Weak<Attempt>) -> AsyncConnectionConfig {
    let on_push = move |push: PushInfo| {
        if let Some(attempt) = attempt.upgrade().filter(|_| push.kind == PushKind::Disconnection) {
            attempt.is_broken.store(true, Ordering::Relaxed);
        }
        Ok::<(), ::redis::aio::SendError>(())
    };
    AsyncConnectionConfig::new()
        .set_connection_timeout(Some(connecting))
        .set_response_timeout(None)
        .set_pipeline_buffer_size(1024)
        .set_push_sender(on_push)
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}
