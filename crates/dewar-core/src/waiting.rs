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
use std::pin::Pin;
use std::time::Duration;

thread_local! {
    /// The count of the future that this thread is polling; `None`: it has none.
    static WAITED: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Counts how long the store calls within a future take, in addition to what its request had waited before. Returns the sum as well.
///
/// Calls in tasks that the future spawns are not counted. The caller pins the future, so that it is stored once, in the
/// caller's own: the future of a request is large.
pub fn counted<F: Future>(
    before: Duration,
    mut future: Pin<&mut F>,
) -> impl Future<Output = (F::Output, Duration)> {
    let mut sum = before;
    poll_fn(move |context| {
        let poll = Poll::begin(sum);
        let polled = future.as_mut().poll(context);
        sum = poll.end();
        polled.map(|done| (done, sum))
    })
}

/// How long the current request has waited for its store; `None` if nobody counts.
#[must_use]
pub fn waited() -> Option<Duration> {
    WAITED.get()
}

/// Counts a call that has ended: it took this long, and its request had waited `before` when it began. Of calls at the same time, or one within
/// another, the longest counts.
pub fn add(before: Duration, call: Duration) {
    if let Some(sum) = WAITED.get() {
        WAITED.set(Some(sum.max(before.saturating_add(call))));
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
        waited().unwrap_or_default()
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
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Adds a second before it waits, and another one behind.
    async fn two_calls() -> Duration {
        add(waited().unwrap_or_default(), SECOND);
        let mut has_waited = false;
        poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        add(waited().unwrap_or_default(), SECOND);
        waited().unwrap_or_default()
    }

    #[test]
    fn of_calls_at_the_same_time_the_longest_counts() {
        let calls = pin!(async {
            let before = waited().unwrap();
            add(before, 2 * SECOND);
            add(before, 3 * SECOND);
            add(before, SECOND);
        });
        let mut calls = pin!(counted(SECOND, calls));
        let ended = calls.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(ended, Poll::Ready(((), 4 * SECOND)));
    }

    #[test]
    fn futures_on_one_thread_have_a_count_each() {
        let mut context = Context::from_waker(Waker::noop());
        let (one, other) = (pin!(two_calls()), pin!(two_calls()));
        let (mut one, mut other) = (pin!(counted(SECOND, one)), pin!(counted(Duration::ZERO, other)));
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
            let panics = pin!(async { panic!("on purpose") });
            let future = pin!(counted(SECOND, panics));
            _ = future.poll(&mut Context::from_waker(Waker::noop()));
        };
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert_eq!(waited(), None);
    }
}
