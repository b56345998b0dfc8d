//! The order in which the calls of one process try a lock.
//!
//! Calls that need the same lock wait for each other here, without a thread: one at a time tries it, on a thread. While it cannot be
//! locked, the others fail at once, and one at a time goes on trying.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// For this time after a try in vain, a call that comes while another tries does not wait.
const FRESH: Duration = Duration::from_secs(1);

/// A queue for each lock, made when it is first needed. The names of locks are few.
#[derive(Debug, Default)]
pub(super) struct Turns {
    queues: Mutex<HashMap<String, Arc<Queue>>>,
}

#[derive(Debug)]
struct Queue {
    turn: Arc<Semaphore>,
    /// When it was last tried in vain, unless it was locked since.
    stuck: Mutex<Option<Instant>>,
}

/// The turn to try a lock, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    lock: String,
    queue: Arc<Queue>,
    _turn: OwnedSemaphorePermit,
}

/// Another thread of this process has just tried the lock in vain, or is trying it now.
#[derive(Debug)]
pub(super) struct NotNow;

impl Turns {
    /// Waits for the turn to try a lock, unless the lock is known to be stuck.
    pub(super) async fn wait(&self, lock: &str) -> Result<Turn, NotNow> {
        let (queue, came) = (self.queue(lock), Instant::now());
        if queue.stuck().is_some_and(|stuck| came.duration_since(stuck) < FRESH) {
            return queue.now(lock);
        }
        let turn = Arc::clone(&queue.turn).acquire_owned().await.map_err(|_| NotNow)?;
        // The call before us tried for as long as we would.
        if queue.stuck().is_some_and(|stuck| stuck >= came) {
            return Err(NotNow);
        }
        Ok(Turn { lock: lock.to_owned(), queue, _turn: turn })
    }

    /// The turn to try a lock, if no other call has it.
    pub(super) fn now(&self, lock: &str) -> Result<Turn, NotNow> {
        self.queue(lock).now(lock)
    }

    fn queue(&self, lock: &str) -> Arc<Queue> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(lock) {
            return Arc::clone(queue);
        }
        let queue = Arc::new(Queue { turn: Arc::new(Semaphore::new(1)), stuck: Mutex::default() });
        queues.insert(lock.to_owned(), Arc::clone(&queue));
        queue
    }
}

impl Turn {
    pub(super) fn lock(&self) -> &str {
        &self.lock
    }

    /// Tells the calls that wait, and those to come, whether it could be locked.
    pub(super) fn tried(&self, was_locked: bool) {
        *self.queue.stuck() = (!was_locked).then(Instant::now);
    }
}

impl Queue {
    fn now(self: &Arc<Self>, lock: &str) -> Result<Turn, NotNow> {
        let turn = Arc::clone(&self.turn).try_acquire_owned().map_err(|_| NotNow)?;
        Ok(Turn { lock: lock.to_owned(), queue: Arc::clone(self), _turn: turn })
    }

    fn stuck(&self) -> MutexGuard<'_, Option<Instant>> {
        self.stuck.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn one_at_a_time_has_the_turn_and_other_locks_have_their_own() {
        let turns = Turns::default();
        let first = turns.wait("a").await.unwrap();
        let mut second = pin!(turns.wait("a"));
        assert!(poll(second.as_mut()).is_pending());
        assert!(turns.now("a").is_err());
        assert_eq!(turns.wait("b").await.unwrap().lock(), "b");
        first.tried(true);
        drop(first);
        assert!(matches!(poll(second.as_mut()), Poll::Ready(Ok(_))));
    }

    #[tokio::test]
    async fn calls_that_waited_for_a_stuck_lock_fail_at_once() {
        let turns = Turns::default();
        let first = turns.wait("a").await.unwrap();
        let (mut second, mut third) = (pin!(turns.wait("a")), pin!(turns.wait("a")));
        assert!(poll(second.as_mut()).is_pending() && poll(third.as_mut()).is_pending());
        first.tried(false);
        drop(first);
        for waiting in [second, third] {
            assert!(matches!(poll(waiting), Poll::Ready(Err(_))), "no further try for each of them");
        }
    }

    #[tokio::test]
    async fn while_it_is_stuck_one_call_goes_on_trying_until_it_is_free() {
        let turns = Turns::default();
        turns.wait("a").await.unwrap().tried(false);
        let trying = turns.wait("a").await.unwrap();
        assert!(turns.wait("a").await.is_err());
        trying.tried(true);
        let mut next = pin!(turns.wait("a"));
        assert!(poll(next.as_mut()).is_pending(), "it waits as before");
        drop(trying);
        assert!(matches!(poll(next.as_mut()), Poll::Ready(Ok(_))));
    }
}
