//! Events with the target `dewar::store`, and metrics; a feature each. They never contain keys.

use std::time::Duration;

use dewar_core::{StoreErrorKind, StoreKey};

use super::breaker::Change;

/// A call has ended, after all its attempts.
pub(crate) fn call_ended(
    op: &'static str,
    key: Option<&StoreKey>,
    failure: Option<StoreErrorKind>,
    elapsed: Duration,
) {
    let outcome = failure.map_or("done", outcome);
    if failure.is_some() {
        log_failure(op, key, outcome, elapsed);
    }
    count_call(op, outcome, elapsed);
}

/// The breaker opened or closed.
pub(super) fn breaker_changed(change: Change) {
    log_breaker(change);
    set_breaker(change);
}

fn outcome(failure: StoreErrorKind) -> &'static str {
    match failure {
        StoreErrorKind::NoAnswer => "no_answer",
        StoreErrorKind::Refused => "refused",
        StoreErrorKind::Unavailable => "unavailable",
        StoreErrorKind::Busy => "busy",
        StoreErrorKind::NotSent => "not_sent",
        _ => "failed",
    }
}

#[cfg(feature = "tracing")]
fn log_failure(op: &'static str, key: Option<&StoreKey>, kind: &'static str, elapsed: Duration) {
    tracing::debug!(
        target: "dewar::store",
        op,
        kind,
        ?elapsed,
        key = key.map(StoreKey::fingerprint),
        "a session store call failed"
    );
}

#[cfg(feature = "tracing")]
fn log_breaker(change: Change) {
    match change {
        Change::Opened => {
            tracing::warn!(target: "dewar::store", "the session store keeps failing: the circuit breaker is open, calls fail at once")
        }
        Change::Closed => {
            tracing::info!(target: "dewar::store", "the session store works again: the circuit breaker is closed")
        }
    }
}

/// The counter and the histogram of a call. Labels that are literals are static; others are allocated.
#[cfg(feature = "metrics")]
macro_rules! meters {
    ($op:tt, $outcome:tt) => {
        (
            metrics::counter!("dewar_store_calls_total", "op" => $op, "outcome" => $outcome),
            metrics::histogram!("dewar_store_call_seconds", "op" => $op),
        )
    };
}

#[cfg(feature = "metrics")]
fn count_call(op: &'static str, outcome: &'static str, elapsed: Duration) {
    let (calls, seconds) = match (op, outcome) {
        ("load", "done") => meters!("load", "done"),
        ("create", "done") => meters!("create", "done"),
        ("swap", "done") => meters!("swap", "done"),
        ("rename", "done") => meters!("rename", "done"),
        ("remove", "done") => meters!("remove", "done"),
        ("touch", "done") => meters!("touch", "done"),
        _ => meters!(op, outcome),
    };
    calls.increment(1);
    seconds.record(elapsed);
}

#[cfg(feature = "metrics")]
fn set_breaker(change: Change) {
    metrics::gauge!("dewar_store_breaker_open").set(if change == Change::Opened { 1 } else { 0 });
}

#[cfg(not(feature = "tracing"))]
fn log_failure(_: &'static str, _: Option<&StoreKey>, _: &'static str, _: Duration) {}

#[cfg(not(feature = "tracing"))]
fn log_breaker(_: Change) {}

#[cfg(not(feature = "metrics"))]
fn count_call(_: &'static str, _: &'static str, _: Duration) {}

#[cfg(not(feature = "metrics"))]
fn set_breaker(_: Change) {}
