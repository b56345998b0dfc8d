//! SQLite: one writer at a time, in all processes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::store::{Entry, Revision, Store, StoreErrorKind, StoreKey, Touch, Write, WriteOutcome};
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, SqliteOptions};
use tempfile::TempDir;

use super::process::{Stopped, is_alone, threads};

const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);
const SOON: UnixTime = UnixTime::from_seconds(1_700_000_100);
const LATER: UnixTime = UnixTime::from_seconds(1_700_000_200);

/// The number of requests at once that write, and of those that read.
const REQUESTS: usize = 400;

async fn a_stopped_writer_costs_no_reader_anything(store: impl Store + 'static, file: &Path) {
    // Long enough for a busy machine.
    let options = GuardOptions { deadline: Duration::from_secs(8), ..GuardOptions::default() };
    let store: Arc<dyn Store> = Arc::new(Guard::new(Arc::new(store), options));
    let key = StoreKey::new("a");
    let WriteOutcome::Saved(seen) =
        store.write(Write::create(&key, &Entry::new("one", Some(SOON))), NOW).await.unwrap()
    else {
        panic!("already there")
    };
    let writer = Stopped::with_database(file);

    let calls = (0..REQUESTS).map(|_| {
        let [writes, reads] = [&store, &store].map(Arc::clone);
        let (key, seen) = (key.clone(), seen.clone());
        (
            tokio::spawn(async move { write(writes.as_ref(), &seen).await }),
            tokio::spawn(async move { read(reads.as_ref(), &key).await }),
        )
    });
    for (write, read) in calls.collect::<Vec<_>>() {
        assert_eq!(write.await.unwrap().unwrap_err().kind(), StoreErrorKind::Busy);
        assert_eq!(read.await.unwrap(), (seen.clone(), Some(SOON)), "shown, though not touched");
    }
    assert!(threads("dewar-sqlite-r") <= 16 && threads("dewar-sqlite-w") == 1);
    assert!(threads("") <= 17 + 2 + 4, "{} threads in all", threads(""));

    writer.go_on();
    assert!(matches!(write(store.as_ref(), &seen).await.unwrap(), WriteOutcome::Saved(_)));
}

async fn write(store: &dyn Store, seen: &Revision) -> Result<WriteOutcome, dewar::store::StoreError> {
    store.write(Write::swap(&StoreKey::new("a"), seen, &Entry::new("two", Some(SOON))), NOW).await
}

/// With a touch that is due.
async fn read(store: &dyn Store, key: &StoreKey) -> (Revision, Option<UnixTime>) {
    let touch = Touch { expires: LATER, if_before: LATER };
    let found = store.load(key, Some(touch), NOW).await.unwrap().unwrap();
    (found.revision, found.expires)
}

fn options() -> SqliteOptions {
    SqliteOptions { lock_timeout: Duration::from_secs(2), ..SqliteOptions::default() }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn a_stopped_process_that_writes_costs_the_readers_of_a_database_nothing() {
    const TEST: &str =
        "stuck::in_a_database::a_stopped_process_that_writes_costs_the_readers_of_a_database_nothing";
    if is_alone(TEST) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("own.db");
        let store = Sqlite::open(&file, options()).unwrap();
        runtime().block_on(a_stopped_writer_costs_no_reader_anything(store, &file));
    }
}

#[test]
fn a_stopped_flask_that_writes_costs_the_readers_of_its_table_nothing() {
    const TEST: &str =
        "stuck::in_a_database::a_stopped_flask_that_writes_costs_the_readers_of_its_table_nothing";
    if is_alone(TEST) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("flask.db");
        let store = SqlAlchemy::open(&file, SqlAlchemy::TABLE, options()).unwrap();
        runtime().block_on(a_stopped_writer_costs_no_reader_anything(store, &file));
    }
}
