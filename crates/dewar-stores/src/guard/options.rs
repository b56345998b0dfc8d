//! The settings of a guard: deadlines, retries, the circuit breaker.

use std::time::Duration;

/// The settings of a [`Guard`](super::Guard).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardOptions {
    /// The longest time for the calls of a request together, including retries and waiting: one to read the session, one or more to write it.
    /// The first call leaves a tenth of it for the others, and a call that finds nothing left is not sent. Outside of a request, each call has the
    /// whole time, and a call behind the first may use all that is left. When a session is migrated from a previous manager,
    /// the calls to the previous store that save it are not counted together: each has the whole time. If a call ends without an answer in less than
    /// the whole time, because earlier calls have used up some of it, the breaker is not told. Default: 250 ms.
    pub deadline: Duration,
    /// The longest time for a call of a [sweeper](dewar_core::Sweeper), a [lister](dewar_core::Lister) or [owners](dewar_core::Owners). Such a
    /// call is retried only if the first attempt did nothing, and takes no time from the other calls of its request. Default: 5 s.
    pub long_deadline: Duration,
    /// How many calls may run at the same time, at least 1. Other calls wait, at most for half the deadline. Default: 1024.
    pub max_concurrent_calls: usize,
    /// Whether [calls that can be retried](super#which-calls-are-retried) are retried if the first attempt failed fast. Default: true.
    pub retry: bool,
    /// The circuit breaker; `None`: no breaker.
    pub breaker: Option<BreakerOptions>,
}

/// When the circuit breaker opens, and when it closes.
///
/// Failures are calls that end as [`NoAnswer`](dewar_core::StoreErrorKind::NoAnswer) or
/// [`Unavailable`](dewar_core::StoreErrorKind::Unavailable). A refused or busy call is not a failure of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakerOptions {
    /// The breaker opens after this many failures in a row. Default: 5.
    pub consecutive_failures: u32,
    /// The breaker also opens when more than half of the calls within this time failed. Default: 2 s.
    pub window: Duration,
    /// The least number of calls within `window` for that. Default: 20.
    pub min_calls: u32,
    /// While the breaker is open, one call (a probe) is let through per interval, and never two at once. Default: 250 ms.
    pub probe_interval: Duration,
    /// The breaker closes after this many successful probes in a row. Default: 2.
    pub successful_probes: u32,
}

impl GuardOptions {
    /// How long a store may wait for one answer, so that it fails before the guard does: 200 ms by default.
    #[allow(dead_code, reason = "files have no answer to wait for")]
    pub(crate) fn timeout(&self) -> Duration {
        self.deadline * 4 / 5
    }
}

impl Default for GuardOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_millis(250),
            long_deadline: Duration::from_secs(5),
            max_concurrent_calls: 1024,
            retry: true,
            breaker: Some(BreakerOptions::default()),
        }
    }
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self {
            consecutive_failures: 5,
            window: Duration::from_secs(2),
            min_calls: 20,
            probe_interval: Duration::from_millis(250),
            successful_probes: 2,
        }
    }
}
