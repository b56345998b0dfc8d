//! Best-effort work: what a store does in addition to the call, such as extending an expiry during a read, storing a tombstone, counting files.
//!
//! If it fails, the call still succeeds. The work is skipped, counted and logged, and a later call does it.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A warning is logged at most this often, since a lasting cause makes the work fail in every call.
const TOLD_EVERY: Duration = Duration::from_secs(3600);

/// Counts and logs the best-effort work that one store skipped.
#[derive(Debug, Clone, Default)]
pub(crate) struct BestEffort {
    told: Arc<Mutex<Option<Instant>>>,
}

impl BestEffort {
    /// Records that `what` was skipped.
    pub(crate) fn left(&self, what: &'static str, why: &dyn Display) {
        count(what);
        tell(what, why, self.is_to_be_told(Instant::now()));
    }

    fn is_to_be_told(&self, now: Instant) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = told.is_none_or(|told| now.duration_since(told) >= TOLD_EVERY);
        if is_due {
            *told = Some(now);
        }
        is_due
    }
}

#[cfg(feature = "metrics")]
fn count(what: &'static str) {
    metrics::counter!("dewar_store_best_effort_skipped_total", "what" => what).increment(1);
}

#[cfg(feature = "tracing")]
fn tell(what: &'static str, why: &dyn Display, is_to_be_told: bool) {
    if is_to_be_told {
        tracing::warn!(target: "dewar::store", what, %why, "best-effort work skipped, a later call does it; for the next hour such failures are logged at debug");
    } else {
        tracing::debug!(target: "dewar::store", what, %why, "best-effort work skipped, a later call does it");
    }
}

#[cfg(not(feature = "metrics"))]
fn count(_: &'static str) {}

#[cfg(not(feature = "tracing"))]
fn tell(_: &'static str, _: &dyn Display, _: bool) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_warned_once_an_hour() {
        let (best_effort, start) = (BestEffort::default(), Instant::now());
        let told = [0, 0, 1, 3599, 3600, 3601]
            .map(|seconds| best_effort.clone().is_to_be_told(start + Duration::from_secs(seconds)));
        assert_eq!(told, [true, false, false, false, true, false]);
    }
}
