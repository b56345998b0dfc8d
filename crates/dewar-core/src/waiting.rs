//! How long a request has waited for its store so far.
//!
//! A request makes several calls of its store: it reads a session and writes it, and a write that came second is repeated. If each had a
//! deadline of its own, a visitor of a slow engine would wait for all of them. So a deadline is for all calls of a request: the session
//! manager [counts](counted) how long they take, and `dewar_stores::guard` gives a call only the time that is [left](waited).
//!
//! The count is kept beside the calls, not in their arguments, so that it reaches a guard through any store around it. It belongs to the future
//! that is being polled.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

thread_local! {
    /// The count of the future that this thread is polling; `None`: it has none.
    static WAITED: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Counts how long the store calls within a future take, in addition to what its request had waited before. Returns the sum as well.
///
/// Calls in tasks that the future spawns are not counted.
pub async fn counted<T>(before: Duration, future: impl Future<Output = T>) -> (T, Duration) {
    let mut future = pin!(future);
    let mut sum = before;
    let done = poll_fn(|context| {
        let poll = Poll::begin(sum);
        let polled = future.as_mut().poll(context);
        sum = poll.end();
        polled
    })
    .await;
    (done, sum)
}

/// How long the current request has waited for its store. Zero if nobody counts.
#[must_use]
pub fn waited() -> Duration {
    WAITED.get().unwrap_or_default()
}

/// Adds a call that has ended.
pub fn add(call: Duration) {
    if let Some(sum) = WAITED.get() {
        WAITED.set(Some(sum.saturating_add(call)));
    }
}

/// One poll of a future that has a count. If it panics, the thread has the count from before again.
struct Poll {
    outer: Option<Duration>,
}

impl Poll {
    fn begin(sum: Duration) -> Self {
        Self { outer: WAITED.replace(Some(sum)) }
    }

    fn end(self) -> Duration {
        waited()
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        WAITED.set(self.outer);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::task::{Context, Poll, Waker};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Adds a second before it waits, and another one behind.
    async fn two_calls() -> Duration {
        add(SECOND);
        let mut has_waited = false;
        poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        add(SECOND);
        waited()
    }

    #[test]
    fn futures_on_one_thread_have_a_count_each() {
        let mut context = Context::from_waker(Waker::noop());
        let (mut one, mut other) =
            (pin!(counted(SECOND, two_calls())), pin!(counted(Duration::ZERO, two_calls())));
        let mut alone = pin!(two_calls());
        assert!(one.as_mut().poll(&mut context).is_pending());
        assert!(other.as_mut().poll(&mut context).is_pending());
        assert!(alone.as_mut().poll(&mut context).is_pending());
        assert_eq!(one.poll(&mut context), Poll::Ready((3 * SECOND, 3 * SECOND)));
        assert_eq!(other.poll(&mut context), Poll::Ready((2 * SECOND, 2 * SECOND)));
        assert_eq!(alone.poll(&mut context), Poll::Ready(Duration::ZERO));
    }

    #[test]
    fn a_panic_leaves_no_count_behind() {
        let panics = || {
            let mut future = pin!(counted(SECOND, async { panic!("on purpose") }));
            _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        };
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert_eq!(waited(), Duration::ZERO);
    }
}
