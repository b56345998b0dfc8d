//! The test suite for stores: runs every rule of the contract.
//!
//! ```
//! # use std::sync::Arc;
//! use dewar_core::Memory;
//! use dewar_core::conformance::{ManualTime, run};
//!
//! # async fn test() {
//! run(&ManualTime::new(Arc::new(Memory::new()))).await.assert();
//! # }
//! ```
//!
//! Enable the feature for tests only: `dewar-core = { features = ["conformance"] }` under `[dev-dependencies]`. The [`Report`] prints a line for
//! each rule.
//!
//! Test a store that uses the `now` of each call with [`ManualTime`], which never waits. Test an engine with its own clock with [`RealTime`],
//! which waits a few seconds in all. The keys are new and random, so other programs may use the engine at the same time. Entries that have
//! expired by the harness's clock are swept, including those of other programs.
//!
//! The rules run one after the other. Where a rule needs concurrent callers, one task polls their futures in turn.

mod concurrent;
mod context;
mod harness;
mod report;
mod rules;
mod run;
mod stop;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

pub use self::harness::{ManualTime, RealTime};
pub use self::report::{Report, RuleOutcome};
pub use self::run::run;
use crate::Store;
use crate::clock::UnixTime;

/// Gives the suite a store and the time.
#[async_trait]
pub trait Harness: Send + Sync {
    /// The store to test, requested once per rule: an empty one, or always the same.
    async fn store(&self) -> Arc<dyn Store>;

    /// The current time.
    fn now(&self) -> UnixTime;

    /// Advances the time by this much. For an engine with its own clock, waits.
    async fn advance(&self, by: Duration);

    /// Whether the store uses the `now` of each call rather than its own clock.
    fn uses_now(&self) -> bool;

    /// The precision of an expiry: the store may round it by less than this. One millisecond, unless the format stores only seconds.
    fn precision(&self) -> Duration {
        Duration::from_millis(1)
    }
}
