//! Deadlines, retries, a circuit breaker and a concurrency limit for any store.
//!
//! A [`Guard`] wraps a store whose engine may be slow, dead or far away, and keeps that from spreading:
//!
//! * **A deadline.** Every call ends within [`GuardOptions::deadline`], with an answer or without.
//! * **A retry**, if the first try failed fast and a second does no harm: 10 to 50 ms later, within the same deadline, and for
//!   one call in ten at most (the retry budget), so that a dead engine is not asked twice as often as a healthy one.
//! * **A breaker.** It opens when an engine fails again and again: calls then fail at once, except a probe four times a second.
//!   Good probes close it.
//! * **A limit** to concurrent calls.
//!
//! A store that answers at once (memory) is passed through: no future, no timer, no allocation.
//!
//! # What may be sent twice
//!
//! After [`Unavailable`](dewar_core::StoreErrorKind::Unavailable) every call: the engine said that it did nothing, and by then another one
//! may be behind its address, as when a primary gives way to its replica. After
//! [`NoAnswer`](dewar_core::StoreErrorKind::NoAnswer) a call may have been done, and is repeated only where the second answer tells:
//!
//! * `load`, `touch` and `remove` do no harm twice (a `remove` may then answer [`Gone`](dewar_core::WriteOutcome::Gone) for what its first try removed);
//! * `create` reads what is there if its second try finds the key taken: its own payload was stored by the first;
//! * `swap` finds its own payload if the entry [is unique](dewar_core::Entry::is_unique). If it finds another's, the first try
//!   may have been done before that or not, and the failure is the answer: an `update` could be counted twice;
//! * `rename` reads what is under the new key, if the tombstone is unique;
//! * calls about owners, lists and sweeps are not repeated.
//!
//! A [`Refused`](dewar_core::StoreErrorKind::Refused) is never asked again.
//!
//! Where a store does not answer at once, it needs a tokio runtime whose time is enabled.
//!
//! With the feature `tracing` it logs, on the target `dewar::store`, each call that failed (debug: which, how, after how long),
//! and the breaker (it opens: warning; it closes: info). With the feature `metrics` it counts
//! `dewar_store_calls_total` by `op` and `outcome` (`done`, `no_answer`, `refused`, `unavailable`, `busy`, `not_sent`), records
//! `dewar_store_call_seconds` by `op`, and sets `dewar_store_breaker_open` to 1 or 0. Keys are in neither: an event carries a
//! key's [fingerprint](dewar_core::StoreKey::fingerprint).

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

use dewar_core::random::Random;
use dewar_core::{IntoStore, Store};

use self::gate::Gate;
pub use self::options::{BreakerOptions, GuardOptions};
use self::retries::Retries;

/// A store with deadlines, retries, a circuit breaker and a concurrency limit: see [the module](self).
pub struct Guard {
    store: Arc<dyn Store>,
    options: GuardOptions,
    gate: Gate,
    retries: Retries,
}

impl Guard {
    /// Wraps this store.
    #[must_use]
    pub fn new(store: impl IntoStore, options: GuardOptions) -> Self {
        let gate = Gate::new(&options);
        Self { store: store.into_store(), options, gate, retries: Retries::new(Random::system()) }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guard({:?}, {:?})", self.store, self.options)
    }
}
