//! Best-effort steps for a session that its request did not change: its expiry is extended, it is written again in the current format or
//! with the newest key, or it is migrated from a previous manager.
//!
//! A best-effort step can be left for a later request. If it fails, the request does not fail: the failure is counted and logged.

use std::sync::atomic::{AtomicI64, Ordering};

use super::error::Error;
use super::observe;
use crate::clock::UnixTime;

/// How often a failure is logged. A lasting problem fails in every request.
const LOGGED_EVERY_MS: i64 = 3_600_000;

/// The best-effort steps of one manager.
#[derive(Debug, Default)]
pub(super) struct BestEffort {
    failures: OnceAnHour,
}

impl BestEffort {
    /// Notes that a step failed. Each failure is counted; a warning is logged for the first one, and once an hour while the problem lasts.
    pub(super) fn skipped(&self, why: &Error, now: UnixTime) {
        observe::note_skipped(why, self.failures.is_due(now));
    }
}

/// Limits the log to one message per hour.
#[derive(Debug, Default)]
pub(super) struct OnceAnHour {
    /// The time of the last message in milliseconds; 0 if there was none.
    logged: AtomicI64,
}

impl OnceAnHour {
    pub(super) fn is_due(&self, now: UnixTime) -> bool {
        let now = now.millis().max(1);
        let logged = self.logged.load(Ordering::Relaxed);
        let is_due = logged == 0 || now.saturating_sub(logged) >= LOGGED_EVERY_MS;
        // If several fail at the same time, one is logged.
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
