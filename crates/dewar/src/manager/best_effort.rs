//! BestEffort: what is done for a session that its request did not change. Its expiry is moved, it is written in the present format or with
//! the newest key, or it is moved here from a previous manager.
//!
//! A courtesy can be left for another request. One that fails never fails the request: it is counted and logged.

use std::sync::atomic::{AtomicI64, Ordering};

use super::error::Error;
use super::observe;
use crate::clock::UnixTime;

/// How often a failure is logged: one that lasts fails the courtesy in every request.
const LOGGED_EVERY_MS: i64 = 3_600_000;

/// The best_effort of one manager.
#[derive(Debug, Default)]
pub(super) struct BestEffort {
    failures: OnceAnHour,
}

impl BestEffort {
    /// One failed. Each is counted; a warning is logged for the first, and once an hour while it lasts.
    pub(super) fn skipped(&self, why: &Error, now: UnixTime) {
        observe::note_skipped(why, self.failures.is_due(now));
    }
}

/// Says when a failure that may last is to be logged.
#[derive(Debug, Default)]
pub(super) struct OnceAnHour {
    /// When one was logged last, in milliseconds; 0: never.
    logged: AtomicI64,
}

impl OnceAnHour {
    pub(super) fn is_due(&self, now: UnixTime) -> bool {
        let now = now.millis().max(1);
        let logged = self.logged.load(Ordering::Relaxed);
        let is_due = logged == 0 || now.saturating_sub(logged) >= LOGGED_EVERY_MS;
        // Of several at the same time one is logged.
        is_due && self.logged.compare_exchange(logged, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_failure_is_logged_once_an_hour() {
        let failures = OnceAnHour::default();
        let start = UnixTime::from_seconds(1_709_210_096);
        let is_logged = |seconds| failures.is_due(start.plus(Duration::from_secs(seconds)));
        assert_eq!(
            [0, 0, 1, 3599, 3600, 3601, 7199, 7200].map(is_logged),
            [true, false, false, false, true, false, false, true]
        );
    }
}
