//! Timeouts, retries, a circuit breaker and a concurrency limit for any store.
//!
//! A [`Guard`] wraps a store whose engine may be slow, down or far away, and keeps its failures from spreading to the program:
//!
//! * **A deadline.** All calls of a request end within [`GuardOptions::deadline`], with an answer or an error.
//! * **A retry**, if the first attempt failed fast and a second does no harm: 10 to 50 ms later, within the same deadline, and for at most one
//!   call in ten (the retry budget), so that an engine that is down does not get twice as many calls.
//! * **A circuit breaker.** It opens after repeated failures: calls then fail at once, except for a probe four times a second. When probes
//!   succeed, it closes.
//! * **A limit** of concurrent calls.
//!
//! A store that answers at once (memory) is passed through, without a future, a timer or an allocation.
//!
//! # Which calls are retried
//!
//! After [`Unavailable`](dewar_core::StoreErrorKind::Unavailable) every call is retried: the engine did nothing, and another server may have its
//! address by then, as after a failover. After [`NoAnswer`](dewar_core::StoreErrorKind::NoAnswer) the call may have been done, so it is retried
//! only if the second answer shows what happened:
//!
//! * `load`, `touch` and `remove` do no harm twice. A `remove` may then answer [`Gone`](dewar_core::WriteOutcome::Gone) for what its first
//!   attempt removed;
//! * `create` reads what is stored if its retry finds the key taken: if it is its own payload, the first attempt stored it;
//! * `swap` finds its own payload if the entry [is unique](dewar_core::Entry::is_unique). If it finds another payload, the first attempt may
//!   have been done before that write or not, and the answer is the failure: otherwise an `update` could be counted twice;
//! * `rename` reads what is under the new key, if the tombstone is unique;
//! * calls about owners, lists and sweeps are not retried.
//!
//! A [`Refused`](dewar_core::StoreErrorKind::Refused) call is never retried.
//!
//! For a store that does not answer at once, a guard needs a tokio runtime with time enabled. A call that the store itself ends in time
//! ([`Store::timeout`]) gets no second timer.
//!
//! With the feature `tracing` it logs, with the target `dewar::store`, each failed call (debug: operation, kind of failure, duration) and
//! changes of the breaker (opened: warning; closed: info). With the feature `metrics` it counts `dewar_store_calls_total` by `op` and `outcome`
//! (`done`, `no_answer`, `refused`, `unavailable`, `busy`, `not_sent`), records `dewar_store_call_seconds` by `op`, and sets
//! `dewar_store_breaker_open` to 1 or 0. Neither contains keys: an event has the [fingerprint](dewar_core::StoreKey::fingerprint) of a key.

mod breaker;
mod call;
mod capabilities;
mod gate;
pub(crate) mod observe;
mod options;
mod retries;
mod store;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dewar_core::random::Random;
use dewar_core::{IntoStore, Store};

use self::gate::Gate;
pub use self::options::{BreakerOptions, GuardOptions};
use self::retries::Retries;

/// A store with timeouts, retries, a circuit breaker and a concurrency limit: see [the module](self).
pub struct Guard {
    store: Arc<dyn Store>,
    /// The store itself gives up after this time.
    store_timeout: Option<Duration>,
    options: GuardOptions,
    gate: Gate,
    retries: Retries,
}

impl Guard {
    /// Guards this store.
    #[must_use]
    pub fn new(store: impl IntoStore, options: GuardOptions) -> Self {
        let (store, gate) = (store.into_store(), Gate::new(&options));
        let store_timeout = store.timeout();
        Self { store, store_timeout, options, gate, retries: Retries::new(Random::system()) }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guard({:?}, {:?})", self.store, self.options)
    }
}
