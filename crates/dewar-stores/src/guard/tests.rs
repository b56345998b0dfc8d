//! What an engine does here is written down beforehand; what it keeps is kept in memory.

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
use dewar_core::{Created, Entry, Revision, Store, StoreError, StoreErrorKind, StoreKey};

use self::scripted::{Act, Scripted};
use super::{Guard, Patience};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

fn guard(store: &Arc<Scripted>, patience: Patience) -> Guard {
    Guard::new(Arc::<Scripted>::clone(store), patience)
}

fn unguarded_by_breaker() -> Patience {
    Patience { breaker: None, ..Patience::default() }
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

/// What failed, of a call that should.
fn kind<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> StoreErrorKind {
    answer.unwrap_err().kind()
}

/// Puts an entry into the engine, past the script.
async fn put(store: &Scripted, key: &StoreKey, payload: &'static str) -> Revision {
    match store.memory.create(key, &entry(payload), NOW).await.unwrap() {
        Created::Created(revision) => revision,
        Created::AlreadyThere => panic!("the test puts a key twice"),
    }
}

/// What the engine keeps, past the script.
async fn kept(store: &Scripted, key: &StoreKey) -> Option<String> {
    let found = store.memory.load(key, None, NOW).await.unwrap();
    found.map(|found| String::from_utf8(found.payload.to_vec()).unwrap())
}
