//! How long, and how often, a lock is tried that another process holds.

use std::time::Duration;

/// How long a write tries it: half of what a [`Guard`](crate::guard::Guard) waits for an answer, which so hears of it.
pub(crate) const WRITE: Duration = Duration::from_millis(125);

/// How long a touch does, which can wait for the next read.
pub(crate) const TOUCH: Duration = Duration::from_millis(10);

/// The pause before the next try. Short at first: most locks are held for one write. A process with many writes in a row leaves a tenth of
/// a millisecond between two.
pub(crate) fn pause(waited: Duration) -> Duration {
    (waited / 64).clamp(Duration::from_micros(100), Duration::from_millis(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_often_at_first_and_never_less_than_every_two_milliseconds() {
        for (waited, expected) in [(0, 100), (1_000, 100), (64_000, 1_000), (10_000_000, 2_000)] {
            assert_eq!(pause(Duration::from_micros(waited)), Duration::from_micros(expected));
        }
    }
}
