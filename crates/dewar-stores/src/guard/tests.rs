//! Tests with an engine that fails as a script says, and stores entries in memory.

mod breaking;
mod conforming;
mod deadlines;
#[cfg(all(feature = "tracing", feature = "metrics"))]
mod observed;
mod probes;
mod retried;
mod scripted;

use std::sync::Arc;
use std::time::Duration;

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, Store, StoreError, StoreErrorKind, StoreKey, Write, WriteOutcome};

use self::scripted::{Act, Scripted};
use super::{Guard, GuardOptions};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

fn guard(store: &Arc<Scripted>, options: GuardOptions) -> Guard {
    Guard::new(Arc::<Scripted>::clone(store), options)
}

fn unguarded_by_breaker() -> GuardOptions {
    GuardOptions { breaker: None, ..GuardOptions::default() }
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

fn entry(payload: &'static str) -> Entry {
    Entry::new(payload, None)
}

fn unique(payload: &'static str) -> Entry {
    Entry { is_unique: true, ..entry(payload) }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The kind of the error of a call that must fail.
fn kind<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> StoreErrorKind {
    answer.unwrap_err().kind()
}

/// Stores an entry in the engine, without the script.
async fn put(store: &Scripted, key: &StoreKey, payload: &'static str) -> Revision {
    match store.memory.write(Write::create(key, &entry(payload)), NOW).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("the key is free: {other:?}"),
    }
}

/// What the engine has stored, without the script.
async fn stored(store: &Scripted, key: &StoreKey) -> Option<String> {
    let found = store.memory.load(key, None, NOW).await.unwrap();
    found.map(|found| String::from_utf8(found.payload.to_vec()).unwrap())
}
