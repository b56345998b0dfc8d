//! A connection that many calls use at once, without waiting for each other's answers.
//!
//! A call writes its request itself, as far as that is possible without waiting, so a dropped call leaves no half request behind. A task reads
//! the answers.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::address::Place;
use super::answer::Answer;
use super::greeting::{Limits, NotReady, greet};
use super::queue::Queue;
use super::request::Request;
use super::stream::Stream;

/// If more bytes than this wait to be sent, the server is stuck.
const MOST_UNSENT: usize = 64 << 20;

/// How many bytes are read at once.
const READ: usize = 16 << 10;

/// A connection to one server. It is closed when this is dropped.
pub(super) struct Connection {
    shared: Arc<Shared>,
    reader: AbortHandle,
    pub(super) limits: Limits,
}

struct Shared {
    stream: Stream,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    queue: Queue,
    is_broken: bool,
    /// The task that sends what could not be sent at once.
    sender: Option<AbortHandle>,
}

impl Connection {
    pub(super) async fn open(place: &Place) -> Result<Self, NotReady> {
        let stream = Stream::connect(place).await?;
        let limits = greet(&stream).await?;
        let shared = Arc::new(Shared { stream, state: Mutex::default() });
        let reader = tokio::spawn(Arc::clone(&shared).read(limits.largest_item)).abort_handle();
        Ok(Self { shared, reader, limits })
    }

    /// Sends a request; the answer comes later. `None` if it was not sent, and never will be.
    pub(super) fn send(&self, request: &Request<'_>) -> Option<oneshot::Receiver<Answer>> {
        let mut state = self.shared.state();
        if state.is_broken || state.queue.unsent().len() > MOST_UNSENT {
            return None;
        }
        let is_first = state.queue.unsent().is_empty();
        let answer = state.queue.push(request);
        if is_first && self.shared.send_now(&mut state).is_err() {
            state.break_off();
            return None;
        }
        Some(answer)
    }

    pub(super) fn is_broken(&self) -> bool {
        self.shared.state().is_broken
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reader.abort();
        self.shared.state().break_off();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what can be sent without waiting, and leaves the rest to a task.
    fn send_now(self: &Arc<Self>, state: &mut State) -> io::Result<()> {
        let sent = self.stream.write_now(state.queue.unsent())?;
        state.queue.sent(sent);
        if !state.queue.unsent().is_empty() && state.sender.is_none() {
            state.sender = Some(tokio::spawn(Arc::clone(self).send_rest()).abort_handle());
        }
        Ok(())
    }

    async fn send_rest(self: Arc<Self>) {
        while self.stream.writable().await.is_ok() {
            let mut state = self.state();
            let Ok(sent) = self.stream.write_now(state.queue.unsent()) else { break };
            state.queue.sent(sent);
            if state.queue.unsent().is_empty() {
                state.sender = None;
                return;
            }
        }
        self.state().break_off();
    }

    /// Reads answers until the connection breaks.
    async fn read(self: Arc<Self>, longest: usize) {
        let mut buffer = BytesMut::new();
        while self.deliver(&mut buffer, longest) {
            buffer.reserve(READ);
            if self.stream.read(&mut buffer).await.is_err() {
                break;
            }
        }
        self.state().break_off();
    }

    /// Gives out the answers in the buffer. Returns `false` if nothing that follows can be trusted.
    fn deliver(&self, buffer: &mut BytesMut, longest: usize) -> bool {
        loop {
            let answer = match Answer::take(buffer, longest) {
                Ok(Some(answer)) => answer,
                Ok(None) => return true,
                Err(_) => return false,
            };
            let goes_on = answer.keeps_connection();
            if self.state().queue.answered(answer).is_err() || !goes_on {
                return false;
            }
        }
    }
}

impl State {
    fn break_off(&mut self) {
        self.is_broken = true;
        self.queue.clear();
        if let Some(sender) = self.sender.take() {
            sender.abort();
        }
    }
}
