//! Best-effort work: what a store does in addition to the call, such as extending an expiry during a read, storing a tombstone, counting files.
//!
//! If it fails, the call still succeeds: the work is skipped, counted and logged.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A warning is logged at most this often, since a lasting cause makes the work fail in every call.
const WARN_EVERY: Duration = Duration::from_secs(3600);

/// Counts and logs the best-effort work that one store skipped.
#[derive(Debug, Clone, Default)]
pub(crate) struct BestEffort {
    last_warning: Arc<Mutex<Option<Instant>>>,
}

impl BestEffort {
    /// Records that `what` was skipped.
    pub(crate) fn skipped(&self, what: &'static str, why: &dyn Display) {
        count(what);
        log(what, why, self.should_warn(Instant::now()));
    }

    fn should_warn(&self, now: Instant) -> bool {
        let mut last_warning = self.last_warning.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last_warning.is_none_or(|last| now.duration_since(last) >= WARN_EVERY);
        if is_due {
            *last_warning = Some(now);
        }
        is_due
    }
}

#[cfg(feature = "metrics")]
fn count(what: &'static str) {
    metrics::counter!("dewar_store_best_effort_skipped_total", "what" => what).increment(1);
}

#[cfg(feature = "tracing")]
fn log(what: &'static str, why: &dyn Display, should_warn: bool) {
    if should_warn {
        tracing::warn!(target: "dewar::store", what, %why, "best-effort work failed and was skipped; further failures are logged at debug for an hour");
    } else {
        tracing::debug!(target: "dewar::store", what, %why, "best-effort work failed and was skipped");
    }
}

#[cfg(not(feature = "metrics"))]
fn count(_: &'static str) {}

#[cfg(not(feature = "tracing"))]
fn log(_: &'static str, _: &dyn Display, _: bool) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_warned_once_an_hour() {
        let (best_effort, start) = (BestEffort::default(), Instant::now());
        let told = [0, 0, 1, 3599, 3600, 3601]
            .map(|seconds| best_effort.clone().should_warn(start + Duration::from_secs(seconds)));
        assert_eq!(told, [true, false, false, false, true, false]);
    }
}
