//! Patience with an engine, and its end.
//!
//! A [`Guard`] stands before a store whose engine may be slow, dead or far away, and keeps that from spreading:
//!
//! * **A deadline.** Every call is over in [`Patience::deadline`], with an answer or without.
//! * **A second try**, if the first one failed fast and a second cannot do harm: 10 to 50 ms later, within the same deadline,
//!   and for one call in ten at most, so that a dead engine is not asked twice as much as a healthy one.
//! * **A breaker.** An engine that fails and fails is left in peace: calls fail at once, but for one that tries, four times a
//!   second.
//! * **A limit** to the calls that are under way at the same time.
//!
//! # What may be sent twice
//!
//! After [`Unable`](dewar_core::StoreErrorKind::Unable) every call: the engine said that it did nothing, and by then another one
//! may be behind its address, as when a primary gives way to its replica. After
//! [`NoAnswer`](dewar_core::StoreErrorKind::NoAnswer) a call may have been done, and is repeated only where that can be told:
//!
//! * `load`, `touch` and `remove` do no harm twice (a `remove` may then answer `false` for what its first try removed);
//! * `create` looks at what is there if its second try finds the key taken: its own payload was put there by the first;
//! * `swap` finds its own payload if the entry [is unique](dewar_core::Entry::is_unique). If it meets another's, nobody can
//!   tell whether the first try was done before that, and the failure is the answer: an `update` would be counted twice;
//! * `rename` looks under the new key, if the tombstone is unique;
//! * calls about owners, lists and sweeps are not repeated.
//!
//! A [`Refused`](dewar_core::StoreErrorKind::Refused) is never asked again.
//!
//! It needs a runtime of tokio whose time is enabled.
//!
//! With the feature `tracing` it tells, on the target `dewar::store`, of each call that failed (debug: which, how, after how
//! long), and of the breaker (it opens: warning; it closes: info). With the feature `metrics` it counts
//! `dewar_store_calls_total` by `op` and `outcome` (`done`, `no_answer`, `refused`, `unable`, `busy`, `not_asked`), records
//! `dewar_store_call_seconds` by `op`, and sets `dewar_store_breaker_open` to 1 or 0. Keys are in neither: an event carries a
//! key's [fingerprint](dewar_core::StoreKey::fingerprint).

mod breaker;
mod call;
mod capabilities;
mod gate;
pub(crate) mod observe;
mod patience;
mod reason;
mod retries;
mod store;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;
use std::sync::Arc;

use dewar_core::Store;
use dewar_core::random::Random;

use self::gate::Gate;
pub use self::patience::{BreakerRules, Patience};
use self::retries::Retries;

/// A store that is never waited for longer than its [`Patience`]. See [the module's own words](self).
pub struct Guard {
    store: Arc<dyn Store>,
    patience: Patience,
    gate: Gate,
    retries: Retries,
}

impl Guard {
    /// Stands before this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, patience: Patience) -> Self {
        let gate = Gate::new(&patience);
        Self { store, patience, gate, retries: Retries::new(Random::system()) }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guard({:?}, {:?})", self.store, self.patience)
    }
}
