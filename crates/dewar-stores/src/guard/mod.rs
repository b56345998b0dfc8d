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
//! What may be sent twice: `load`, `touch` and `remove` always (a `remove` may then answer `false` for what its first try
//! removed); `create`, whose second try may find its own entry and answer [`AlreadyThere`](dewar::store::Created::AlreadyThere);
//! `swap` if the entry [is unique](dewar::store::Entry::is_unique), `rename` if the tombstone is, since only then it can be told
//! whether the first try was done. Where it cannot, the failure of the first try is the answer.
//!
//! It needs a runtime of tokio whose time is enabled.
//!
//! With the feature `tracing` it tells, on the target `dewar::store`, of each call that failed (debug: which, how, after how
//! long), and of the breaker (it opens: warning; it closes: info). With the feature `metrics` it counts
//! `dewar_store_calls_total` by `op` and `outcome` (`done`, `no_answer`, `refused`, `unable`, `busy`, `not_asked`), records
//! `dewar_store_call_seconds` by `op`, and sets `dewar_store_breaker_open` to 1 or 0. Keys are in neither: an event carries a
//! key's [fingerprint](dewar::store::StoreKey::fingerprint).

mod breaker;
mod call;
mod capabilities;
mod gate;
mod observe;
mod patience;
mod reason;
mod retries;
mod store;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;
use std::sync::Arc;

use dewar::random::Random;
use dewar::store::Store;

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
