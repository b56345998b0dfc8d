//! How long, and how often, to try a lock that another process holds.

use std::time::Duration;

/// How long a write tries the lock: half the deadline of a [`Guard`](crate::guard::Guard), so that the guard gets the answer in time
/// unless the request has used up more than the other half.
pub(crate) const WRITE: Duration = Duration::from_millis(125);

/// How long a touch tries the lock. It is short, because the next read can do the touch as well.
pub(crate) const TOUCH: Duration = Duration::from_millis(10);

/// The pause before the next attempt. It is short, since most locks are held for one write only, and it never grows long, since later callers
/// would overtake those that have waited.
pub(crate) fn pause(waited: Duration) -> Duration {
    (waited / 64).clamp(Duration::from_micros(100), Duration::from_micros(500))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_often_at_first_and_never_less_than_every_half_millisecond() {
        for (waited, expected) in [(0, 100), (1_000, 100), (12_800, 200), (10_000_000, 500)] {
            assert_eq!(pause(Duration::from_micros(waited)), Duration::from_micros(expected));
        }
    }
}
