//! One server: sends requests over a connection that is replaced when it fails, each within the timeout.
//!
//! A call that finds no connection starts an attempt to connect, and waits for it. The connection is also replaced when several calls in a row
//! get no answer: a server that hangs does not break its connections, while the address may already lead to another server.

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

    /// The current attempt; a new one if it failed.
    fn attempt(&self) -> Arc<Attempt> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.has_failed() {
            *current = Attempt::begin(&self.place, self.timeout);
        }
        Arc::clone(&current)
    }
}

impl Attempt {
    /// Starts connecting. It goes on even if no call waits any more, since connecting may take longer than a call.
    fn begin(place: &Place, timeout: Duration) -> Arc<Self> {
        let attempt = Arc::new(Self::default());
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
