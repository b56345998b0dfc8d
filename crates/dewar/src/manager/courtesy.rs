//! What is done for a session that its request did not change: its end is moved, it is written in the present format or with the
//! newest key, or brought from where it was kept before.
//!
//! It can be left for another time. A courtesy that fails never fails the request: it is counted, and told.

use std::sync::atomic::{AtomicI64, Ordering};

use super::error::Error;
use super::observe;
use crate::clock::UnixTime;

/// A cause that lasts fails the courtesy in every request: the log is told of it so often.
const TOLD_EVERY_MS: i64 = 3_600_000;

/// The courtesies of one manager.
#[derive(Debug, Default)]
pub(super) struct Courtesies {
    /// When the log was told last, in milliseconds; 0: never.
    told: AtomicI64,
}

impl Courtesies {
    /// One was left for another time. Each is counted; a warning is logged at the first, and once an hour as long as it goes on.
    pub(super) fn skipped(&self, why: &Error, now: UnixTime) {
        observe::note_skipped(why, self.is_to_be_told(now));
    }

    fn is_to_be_told(&self, now: UnixTime) -> bool {
        let now = now.millis().max(1);
        let told = self.told.load(Ordering::Relaxed);
        let is_due = told == 0 || now.saturating_sub(told) >= TOLD_EVERY_MS;
        // Of several at once one tells.
        is_due && self.told.compare_exchange(told, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_log_is_told_once_an_hour() {
        let courtesies = Courtesies::default();
        let start = UnixTime::from_seconds(1_709_210_096);
        let told = |seconds| courtesies.is_to_be_told(start.plus(Duration::from_secs(seconds)));
        assert_eq!(
            [0, 0, 1, 3599, 3600, 3601, 7199, 7200].map(told),
            [true, false, false, false, true, false, false, true]
        );
    }
}
