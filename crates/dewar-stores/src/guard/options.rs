//! The settings of a guard: how long to wait, when to retry, when the breaker opens.

use std::time::Duration;

/// The settings of a [`Guard`](super::Guard).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardOptions {
    /// How long a call may take, with all its tries and waits: 250 ms.
    pub deadline: Duration,
    /// How long a call of a [sweeper](dewar_core::Sweeper), a [lister](dewar_core::Lister) or about
    /// [owners](dewar_core::Owners) may take: 5 s, with a second try if nothing was done at the first.
    pub long_deadline: Duration,
    /// How many calls may be in flight at the same time: 1024, and 1 at least. Others wait, half a deadline at most.
    pub max_concurrent_calls: usize,
    /// Whether calls that [can be repeated](super#what-may-be-sent-twice) are sent a second time if the first one failed fast: yes.
    pub retry: bool,
    /// When to stop asking the engine; `None`: never.
    pub breaker: Option<BreakerOptions>,
}

/// When the breaker opens, and when it closes.
///
/// A failure is a call without an answer, or one that the engine is unable to serve. A refusal is an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakerOptions {
    /// This many failures in a row open it: 5.
    pub consecutive_failures: u32,
    /// More failures than good calls within this time open it, too: 2 s.
    pub window: Duration,
    /// But only if there were at least this many calls: 20.
    pub min_calls: u32,
    /// While it is open, one call (a probe) is let through per this time: 250 ms. Never two at once.
    pub probe_interval: Duration,
    /// This many probes must succeed in a row to close it: 2.
    pub successful_probes: u32,
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
