//! Sessions in an SQLite file.

mod away;
mod calls;
mod files;
mod flask;
mod processes;
mod together;

use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::store::conformance::{ManualTime, run};
use dewar::store::{Entry, Revision, Store, StoreKey, Write, WriteOutcome};
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, Synchronous};
use tempfile::TempDir;

const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);

#[tokio::test]
async fn the_stores_conform() {
    let folder = folder();
    run(&ManualTime::new(Arc::new(native(&folder)))).await.assert();
    run(&ManualTime::new(Arc::new(flask(&folder)))).await.assert();
}

fn later(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW.seconds() + seconds)
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

fn entry(payload: &str) -> Entry {
    Entry::new(payload.as_bytes().to_vec(), Some(later(60)))
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn native(folder: &TempDir) -> Sqlite {
    Sqlite::open(folder.path().join("native.db"), Synchronous::Normal).unwrap()
}

fn flask(folder: &TempDir) -> SqlAlchemy {
    SqlAlchemy::open(folder.path().join("flask.db"), SqlAlchemy::TABLE, Synchronous::Normal).unwrap()
}

/// Both stores, on separate files.
fn both(folder: &TempDir) -> [Box<dyn Store>; 2] {
    [Box::new(native(folder)), Box::new(flask(folder))]
}

async fn create(store: &dyn Store, name: &str, entry: &Entry) -> Revision {
    match store.write(Write::create(&key(name), entry), NOW).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("{name}: {other:?}"),
    }
}

async fn payload(store: &dyn Store, name: &str) -> Option<Vec<u8>> {
    store.load(&key(name), None, NOW).await.unwrap().map(|stored| stored.payload.to_vec())
}
