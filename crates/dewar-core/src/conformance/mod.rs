//! Every rule of the contract, run on any store.
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
//! The feature is for tests: `dewar-core = { features = ["conformance"] }` under `[dev-dependencies]`. The [`Report`] prints a line for each rule.
//!
//! A store that obeys the `now` of each call is tested with [`ManualTime`], without waiting. An engine with a clock of its own is
//! tested with [`RealTime`], which waits: some seconds in all. The keys are fresh and random, so the engine may be in use by
//! others. Entries that have expired by the harness's clock are swept, those of other users included.
//!
//! The rules run one after the other. Where a rule needs several callers at once, their futures are polled in turn by one task.

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

/// How the suite gets at a store, and at the time.
#[async_trait]
pub trait Harness: Send + Sync {
    /// The store, asked for once per rule: an empty one, or always the same.
    async fn store(&self) -> Arc<dyn Store>;

    /// What time it is.
    fn now(&self) -> UnixTime;

    /// Lets so much time pass. An engine with a clock of its own has to be waited for.
    async fn advance(&self, by: Duration);

    /// Whether the store goes by the `now` of each call, not by a clock of its own.
    fn uses_now(&self) -> bool;

    /// How exactly the store keeps an end: it may be off by less than this. A millisecond, unless the format knows only seconds.
    fn precision(&self) -> Duration {
        Duration::from_millis(1)
    }
}
