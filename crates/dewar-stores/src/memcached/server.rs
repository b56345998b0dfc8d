//! One server: sends requests over a connection that is replaced when it fails, each within the timeout.
//!
//! A call that finds no connection starts an attempt to connect, and waits for it. The connection is also replaced when several calls in a row
//! get no answer: a server that hangs does not break its connections, while the address may already lead to another server. A process that was
//! forked opens connections of its own.

use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dewar_core::StoreError;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout, timeout_at};

use super::address::Place;
use super::answer::{Answer, Code};
use super::connection::Connection;
use super::failure::Refusal;
use super::greeting::NotReady;
use super::request::Request;

/// The longest time for connecting. Calls that wait for a connection give up earlier.
const CONNECTING: Duration = Duration::from_secs(1);

/// The connection is replaced after this many calls in a row without an answer.
const MOST_UNANSWERED: u32 = 5;

/// More than an item needs in addition to its key and its value.
const ITEM_HEADER: usize = 128;

/// A server, and the connection to it that all calls share.
pub(super) struct Server {
    place: Place,
    timeout: Duration,
    current: Mutex<Arc<Attempt>>,
}

/// A connection that is being opened, is open, could not be opened, or is broken.
#[derive(Default)]
struct Attempt {
    outcome: OnceCell<Result<Connection, NotReady>>,
    is_given_up: AtomicBool,
    /// The number of calls that timed out since the last answer.
    unanswered: AtomicU32,
    /// The process that began it.
    process: u32,
}

impl Server {
    /// A server at this place. The first attempt to connect begins at once.
    pub(super) fn new(place: Place, timeout: Duration) -> Self {
        let current = Mutex::new(Attempt::begin(&place, timeout));
        Self { place, timeout, current }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Waits for the connection.
    pub(super) async fn is_ready(&self) -> Result<(), NotReady> {
        self.attempt().connection(&self.place, self.timeout).await.as_ref().map(drop).map_err(Clone::clone)
    }

    /// Sends a request, and returns the answer. A request that finds a broken connection is sent over a new one.
    pub(super) async fn ask(&self, request: Request<'_>) -> Result<Answer, StoreError> {
        let until = Instant::now() + self.timeout;
        for _ in 0..2 {
            let attempt = self.attempt();
            let connection = attempt.connected(self, until).await?;
            if request.item_size().saturating_add(ITEM_HEADER) > connection.limits.largest_item {
                return Err(Refusal::TooLarge.into());
            }
            if let Some(answer) = connection.send(&request) {
                let answer = timeout_at(until, answer).await;
                return attempt.ended(answer.map(Result::ok).ok());
            }
            attempt.give_up();
        }
        Err(StoreError::unavailable("the connection to Memcached broke"))
    }

    /// The current attempt; a new one if it failed, or if it is that of the parent process.
    fn attempt(&self) -> Arc<Attempt> {
        self.attempt_of(process::id())
    }

    fn attempt_of(&self, process: u32) -> Arc<Attempt> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.process != process {
            let parents = std::mem::replace(&mut *current, Attempt::begin(&self.place, self.timeout));
            // Dropped, it would take the parent's socket out of the event queue that both processes share.
            std::mem::forget(parents);
        } else if current.has_failed() {
            *current = Attempt::begin(&self.place, self.timeout);
        }
        Arc::clone(&current)
    }
}

impl Attempt {
    /// Starts connecting. It goes on even if no call waits any more, since connecting may take longer than a call.
    fn begin(place: &Place, timeout: Duration) -> Arc<Self> {
        let attempt = Arc::new(Self { process: process::id(), ..Self::default() });
        let (begun, place) = (Arc::clone(&attempt), place.clone());
        tokio::spawn(async move { _ = begun.connection(&place, timeout).await });
        attempt
    }

    async fn connection(&self, place: &Place, longest: Duration) -> &Result<Connection, NotReady> {
        let open = async || {
            let opened = timeout(CONNECTING.max(longest), Connection::open(place)).await;
            opened.unwrap_or(Err(NotReady::Silent))
        };
        self.outcome.get_or_init(open).await
    }

    /// The connection. If there is none in time, nothing was sent.
    async fn connected(&self, server: &Server, until: Instant) -> Result<&Connection, StoreError> {
        let outcome = timeout_at(until, self.connection(&server.place, server.timeout)).await;
        let outcome = outcome.map_err(|_| StoreError::unavailable(NotReady::Silent))?;
        outcome.as_ref().map_err(|failure| StoreError::unavailable(failure.clone()))
    }

    /// What a call that was sent ended with: an answer, `Some(None)` if the connection broke, `None` if it timed out.
    fn ended(&self, answer: Option<Option<Answer>>) -> Result<Answer, StoreError> {
        match answer {
            Some(Some(answer)) => {
                self.unanswered.store(0, Ordering::Relaxed);
                match answer.code {
                    Code::Refused(refusal) => Err(refusal.into()),
                    _ => Ok(answer),
                }
            }
            Some(None) => {
                self.give_up();
                Err(StoreError::no_answer("the connection to Memcached broke"))
            }
            None => {
                if self.unanswered.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_UNANSWERED {
                    self.give_up();
                }
                Err(StoreError::no_answer("Memcached did not answer in time"))
            }
        }
    }

    fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    fn has_failed(&self) -> bool {
        let is_broken =
            |outcome: &Result<Connection, NotReady>| outcome.as_ref().map_or(true, Connection::is_broken);
        self.is_given_up.load(Ordering::Relaxed) || self.outcome.get().is_some_and(is_broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn another_process_has_a_connection_of_its_own() {
        let place = Place::Tcp { host: "127.0.0.1".to_owned(), port: 1 };
        let server = Server::new(place, Duration::from_millis(200));
        let first = server.attempt_of(process::id());
        assert!(Arc::ptr_eq(&first, &server.attempt_of(process::id())));
        assert!(!Arc::ptr_eq(&first, &server.attempt_of(process::id() + 1)));
        assert_eq!(
            Arc::strong_count(&first),
            3,
            "the parent's is not dropped: the test, its task, and nobody's"
        );
    }
}
