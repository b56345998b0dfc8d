//! Turns: the order in which the calls of one process try a lock.
//!
//! Calls that need the same lock wait for each other here without blocking a thread, and one at a time tries the lock on a thread. While another
//! process holds the lock for too long, other calls fail at once, and one at a time keeps trying.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// After a failed attempt, for this time a call does not wait if another call is trying.
const FRESH: Duration = Duration::from_secs(1);

/// One queue per lock, created when it is first needed. There are few names of locks.
#[derive(Debug, Default)]
pub(super) struct Turns {
    queues: Mutex<HashMap<String, Arc<Queue>>>,
}

#[derive(Debug)]
struct Queue {
    turn: Arc<Semaphore>,
    /// When an attempt last failed, unless the lock has been taken since.
    stuck: Mutex<Option<Instant>>,
}

/// The turn to try a lock, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    lock: String,
    queue: Arc<Queue>,
    _turn: OwnedSemaphorePermit,
}

/// Another thread of this process has just failed to get the lock, or is trying it now.
#[derive(Debug)]
pub(super) struct NotNow;

impl Turns {
    /// Waits for the turn to try a lock, unless the lock is known to be held for too long.
    pub(super) async fn wait(&self, lock: &str) -> Result<Turn, NotNow> {
        let (queue, came) = (self.queue(lock), Instant::now());
        if queue.stuck().is_some_and(|stuck| came.duration_since(stuck) < FRESH) {
            return queue.now(lock);
        }
        let turn = Arc::clone(&queue.turn).acquire_owned().await.map_err(|_| NotNow)?;
        // The call before this one has tried for as long as this one would.
        if queue.stuck().is_some_and(|stuck| stuck >= came) {
            return Err(NotNow);
        }
        Ok(Turn { lock: lock.to_owned(), queue, _turn: turn })
    }

    /// Takes the turn to try a lock, if no other call has it.
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

    /// Records whether the lock could be taken, for the calls that wait and later ones.
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
