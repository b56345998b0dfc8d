//! One connection for all calls, replaced when it fails.
//!
//! The driver's own connection manager returns the result of its last attempt to connect, even if that was long ago, and does not try again
//! after a refusal (such as too many clients). Here, a call that finds no connection starts an attempt, and waits for it.
//!
//! A connection is replaced when it breaks. It is also replaced when its server says that it cannot serve: a primary that became a replica keeps
//! its connections, while the address already leads to the new primary. And it is replaced when several calls in a row get no answer: a server
//! that hangs does not break its connections, while the address may already lead to another server. A process that was forked opens a connection
//! of its own: nothing serves the one of its parent there.

use std::fmt;
use std::mem;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError, RedisResult, Value};
use tokio::sync::OnceCell;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::failure;
use super::line::{self, Message};

/// The connection is replaced after this many calls in a row without an answer.
const MOST_UNANSWERED: u32 = 5;

/// The connection to the server that all calls share.
pub(super) struct SharedConnection {
    client: Client,
    connecting: Duration,
    current: Mutex<Arc<Attempt>>,
}

/// A connection that is being opened, is open, could not be opened, or is broken.
struct Attempt {
    client: Client,
    settings: AsyncConnectionConfig,
    outcome: OnceCell<RedisResult<MultiplexedConnection>>,
    is_broken: AtomicBool,
    /// The number of calls that timed out since the last answer.
    unanswered: AtomicU32,
    /// The process that began it.
    process: u32,
}

impl SharedConnection {
    /// Connects within this time. The limit also applies when the connection is replaced.
    pub(super) async fn open(client: Client, connecting: Duration) -> RedisResult<Self> {
        let current = Mutex::new(Attempt::begin(&client, connecting));
        let shared = Self { client, connecting, current };
        shared.attempt().connection().await?;
        Ok(shared)
    }

    /// Sends something over the connection, and waits for the answer until the deadline.
    pub(super) async fn exchange(
        &self,
        message: Message<'_>,
        deadline: Instant,
    ) -> Result<RedisResult<Value>, Elapsed> {
        let attempt = self.attempt();
        let answer = timeout_at(deadline, async {
            let mut connection = attempt.connection().await?;
            line::send(&mut connection, message).await
        })
        .await;
        match &answer {
            Ok(answer) => attempt.answered(answer.as_ref().err()),
            Err(_) => attempt.timed_out(),
        }
        answer
    }

    /// The current attempt; a new one if it failed, or if another process began it.
    fn attempt(&self) -> Arc<Attempt> {
        self.attempt_of(process::id())
    }

    fn attempt_of(&self, process: u32) -> Arc<Attempt> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.process != process {
            let parents = mem::replace(&mut *current, Attempt::begin(&self.client, self.connecting));
            // Dropped, it would end a task of the parent, whose event queue both processes share.
            mem::forget(parents);
        } else if current.has_failed() {
            *current = Attempt::begin(&self.client, self.connecting);
        }
        Arc::clone(&current)
    }
}

impl Attempt {
    /// Starts connecting. It goes on even if no call waits any more, since connecting may take longer than a call.
    fn begin(client: &Client, connecting: Duration) -> Arc<Self> {
        let attempt = Arc::new_cyclic(|attempt| Self {
            client: client.clone(),
            settings: settings(connecting, attempt.clone()),
            outcome: OnceCell::new(),
            is_broken: AtomicBool::new(false),
            unanswered: AtomicU32::new(0),
            process: process::id(),
        });
        let begun = Arc::clone(&attempt);
        tokio::spawn(async move { begun.connection().await.map(drop) });
        attempt
    }

    /// The connection, once it is open.
    async fn connection(&self) -> RedisResult<MultiplexedConnection> {
        match self.outcome.get() {
            Some(outcome) => outcome.clone(),
            // Each call has a future, of which this part is the largest and almost never needed.
            None => Box::pin(self.connect()).await,
        }
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let make = || self.client.get_multiplexed_async_connection_with_config(&self.settings);
        self.outcome.get_or_init(make).await.clone()
    }

    fn answered(&self, error: Option<&RedisError>) {
        self.unanswered.store(0, Ordering::Relaxed);
        if error.is_some_and(failure::needs_new_connection) {
            self.is_broken.store(true, Ordering::Relaxed);
        }
    }

    /// Counts a call that timed out, unless the connection is still being opened: connecting has its own timeout.
    fn timed_out(&self) {
        if self.outcome.initialized()
            && self.unanswered.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_UNANSWERED
        {
            self.is_broken.store(true, Ordering::Relaxed);
        }
    }

    fn has_failed(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed) || matches!(self.outcome.get(), Some(Err(_)))
    }
}

/// Calls have their own timeout. A push message reports a connection that breaks while no call waits.
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

impl fmt::Debug for SharedConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedConnection").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_forked_process_opens_a_connection_of_its_own() {
        let client = Client::open("redis://127.0.0.1:1").unwrap();
        let current = Mutex::new(Attempt::begin(&client, Duration::from_secs(1)));
        let shared = SharedConnection { client, connecting: Duration::from_secs(1), current };
        let first = shared.attempt_of(process::id());
        assert!(Arc::ptr_eq(&first, &shared.attempt_of(process::id())));
        assert!(!Arc::ptr_eq(&first, &shared.attempt_of(process::id() + 1)));
        assert_eq!(
            Arc::strong_count(&first),
            3,
            "the parent's is not dropped: the test, its task, and nobody's"
        );
    }
}
