//! A connection that is replaced when it fails.
//!
//! It is replaced when it breaks. It is also replaced when its server says that it cannot serve: a primary that became a standby keeps its
//! connections, while the address already leads to the new primary. And it is replaced when several calls in a row get no answer: a server that
//! hangs does not break its connections, while the address may already lead to another server.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{mem, process};

use tokio::sync::OnceCell;
use tokio::time::timeout;
use tokio_postgres::Error;

use super::failure::{Failure, needs_new_connection};
use super::server::Server;
use super::session::Session;

/// The connection is replaced after this many calls in a row without an answer.
const MOST_UNANSWERED: u32 = 5;

pub(super) struct Link {
    server: Arc<Server>,
    current: Mutex<Arc<Attempt>>,
    /// The number of calls that wait for an answer.
    calls: AtomicUsize,
    /// Whether a call was dropped before its answer, and none was answered since: the server may still be busy with it.
    is_unsettled: AtomicBool,
}

/// A connection that is being opened, is open, could not be opened, or is broken.
struct Attempt {
    server: Arc<Server>,
    outcome: OnceCell<Result<Arc<Session>, Failure>>,
    is_broken: AtomicBool,
    /// The number of calls that timed out since the last answer.
    unanswered: AtomicU32,
    /// A process that was forked from this one must not use its connections.
    process: u32,
}

impl Link {
    /// Starts to connect.
    pub(super) fn new(server: &Arc<Server>) -> Self {
        Self {
            server: Arc::clone(server),
            current: Mutex::new(Attempt::begin(server)),
            calls: AtomicUsize::new(0),
            is_unsettled: AtomicBool::new(false),
        }
    }

    /// The connection, once it is open.
    pub(super) async fn session(&self) -> Result<Arc<Session>, Failure> {
        self.attempt().outcome().await
    }

    /// Runs something on the connection, and waits for the answer within this time.
    pub(super) async fn with<T, F>(
        &self,
        time: Duration,
        run: impl FnOnce(Arc<Session>) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let attempt = self.attempt();
        let call = InFlight::start(self);
        let answer = timeout(time, async { Ok(run(attempt.outcome().await?).await) }).await;
        match answer {
            Ok(Ok(answer)) => {
                call.settle();
                attempt.answered(answer.as_ref().err());
                answer.map_err(|error| Failure::Failed(Arc::new(error)))
            }
            Ok(Err(not_connected)) => {
                call.settle();
                Err(not_connected)
            }
            Err(_) => Err(attempt.timed_out()),
        }
    }

    /// Whether it is connected, and the server has nothing else to do on it.
    pub(super) fn is_idle(&self) -> bool {
        self.calls.load(Ordering::Relaxed) == 0
            && !self.is_unsettled.load(Ordering::Relaxed)
            && self.is_connected()
    }

    pub(super) fn is_connected(&self) -> bool {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(current.outcome.get(), Some(Ok(_))) && !current.has_failed()
    }

    pub(super) fn is_connecting(&self) -> bool {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        !current.outcome.initialized() && !current.has_failed()
    }

    /// Starts to connect, if it is not connected.
    pub(super) fn connect(&self) {
        drop(self.attempt());
    }

    /// How much has to be done before another call.
    pub(super) fn load(&self) -> usize {
        self.calls.load(Ordering::Relaxed) + usize::from(self.is_unsettled.load(Ordering::Relaxed))
    }

    /// The current attempt; a new one if it failed.
    fn attempt(&self) -> Arc<Attempt> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.has_failed() {
            let failed = mem::replace(&mut *current, Attempt::begin(&self.server));
            if failed.is_of_another_process() {
                // It belongs to a task of the parent, whose event queue both processes share.
                mem::forget(failed);
            }
            self.is_unsettled.store(false, Ordering::Relaxed);
        }
        Arc::clone(&current)
    }
}

impl Attempt {
    /// Starts to connect. It goes on even if no call waits any more, since connecting may take longer than a call.
    fn begin(server: &Arc<Server>) -> Arc<Self> {
        let attempt = Arc::new(Self {
            server: Arc::clone(server),
            outcome: OnceCell::new(),
            is_broken: AtomicBool::new(false),
            unanswered: AtomicU32::new(0),
            process: process::id(),
        });
        let begun = Arc::clone(&attempt);
        tokio::spawn(async move { begun.outcome().await.map(drop) });
        attempt
    }

    async fn outcome(&self) -> Result<Arc<Session>, Failure> {
        self.outcome.get_or_init(|| self.server.connect()).await.clone()
    }

    fn answered(&self, error: Option<&Error>) {
        self.unanswered.store(0, Ordering::Relaxed);
        if error.is_some_and(needs_new_connection) {
            self.is_broken.store(true, Ordering::Relaxed);
        }
    }

    /// Counts a call that timed out, unless the connection is still being opened: connecting has its own timeout.
    fn timed_out(&self) -> Failure {
        if !self.outcome.initialized() {
            return Failure::SlowToConnect;
        }
        if self.unanswered.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_UNANSWERED {
            self.is_broken.store(true, Ordering::Relaxed);
        }
        Failure::TimedOut
    }

    fn is_of_another_process(&self) -> bool {
        self.process != process::id()
    }

    fn has_failed(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
            || self.is_of_another_process()
            || match self.outcome.get() {
                Some(Ok(session)) => session.client().is_closed(),
                Some(Err(_)) => true,
                None => false,
            }
    }
}

/// A call that waits for its answer.
struct InFlight<'a> {
    link: &'a Link,
    is_settled: bool,
}

impl<'a> InFlight<'a> {
    fn start(link: &'a Link) -> Self {
        link.calls.fetch_add(1, Ordering::Relaxed);
        Self { link, is_settled: false }
    }

    /// Answers come in the order of the calls, so the earlier ones are done as well.
    fn settle(mut self) {
        self.is_settled = true;
        self.link.is_unsettled.store(false, Ordering::Relaxed);
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.link.calls.fetch_sub(1, Ordering::Relaxed);
        if !self.is_settled {
            self.link.is_unsettled.store(true, Ordering::Relaxed);
        }
    }
}
