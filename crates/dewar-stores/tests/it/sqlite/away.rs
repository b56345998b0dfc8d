//! Files that are removed, replaced and brought back while they are in use.

use std::fs;
use std::path::{Path, PathBuf};

use dewar::store::{Store, StoreErrorKind, Touch, Write};
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, Synchronous};
use rusqlite::Connection;

use super::{NOW, create, entry, folder, key, later, payload};

/// Both stores, and the files that they keep.
fn stores(folder: &Path) -> [(Box<dyn Store>, PathBuf); 2] {
    let [native, flask] = ["native.db", "flask.db"].map(|name| folder.join(name));
    [
        (Box::new(Sqlite::open(&native, Synchronous::Normal).unwrap()), native),
        (Box::new(SqlAlchemy::open(&flask, SqlAlchemy::TABLE, Synchronous::Normal).unwrap()), flask),
    ]
}

/// Calls fail with an error that says what to do, and no session ends.
async fn assert_missed(store: &dyn Store, advice: &str) {
    let touch = Touch { expires: later(120), if_before: later(120) };
    let read = store.load(&key("a"), Some(touch), NOW).await.unwrap_err();
    let written = store.write(Write::create(&key("b"), &entry("two")), NOW).await.unwrap_err();
    let listed = store.lister().unwrap().list("", None, 9, NOW).await.unwrap_err();
    let swept = store.sweeper().unwrap().sweep("", 9, NOW).await.unwrap_err();
    for error in [read, written, listed, swept] {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        let message = std::error::Error::source(&error).unwrap().to_string();
        assert!(message.contains(advice) && message.contains(".db"), "{message}");
    }
}

#[tokio::test]
async fn no_session_ends_while_the_file_is_missing_and_it_works_again_when_it_is_back() {
    let folder = folder();
    for (store, file) in stores(folder.path()) {
        create(store.as_ref(), "a", &entry("one")).await;
        let away = folder.path().join("away");
        fs::rename(&file, &away).unwrap();
        assert_missed(store.as_ref(), "restore it").await;
        assert!(!file.exists(), "it was made anew");
        fs::rename(&away, &file).unwrap();
        assert_eq!(payload(store.as_ref(), "a").await.unwrap(), b"one");
        create(store.as_ref(), "b", &entry("two")).await;
    }
}

#[tokio::test]
async fn a_file_in_its_place_that_holds_other_things_is_left_alone() {
    let folder = folder();
    for (store, file) in stores(folder.path()) {
        create(store.as_ref(), "a", &entry("one")).await;
        fs::remove_file(&file).unwrap();
        let other = Connection::open(&file).unwrap();
        other.execute_batch("CREATE TABLE novels (title TEXT); INSERT INTO novels VALUES ('Emma')").unwrap();
        assert_missed(store.as_ref(), "").await;
        let tables: i64 =
            other.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
        drop(other);
    }
}

#[tokio::test]
async fn a_backup_that_is_put_in_its_place_is_used_from_then_on() {
    let folder = folder();
    for ((store, file), (backup, backed_up)) in
        stores(folder.path()).into_iter().zip(stores(super::folder().keep().as_path()))
    {
        create(store.as_ref(), "a", &entry("one")).await;
        create(backup.as_ref(), "b", &entry("two")).await;
        drop(backup);
        fs::rename(backed_up, &file).unwrap();
        for name in ["-wal", "-shm"] {
            let mut log = file.clone().into_os_string();
            log.push(name);
            let _ = fs::remove_file(log);
        }
        assert_eq!(payload(store.as_ref(), "b").await.unwrap(), b"two");
        assert_eq!(payload(store.as_ref(), "a").await, None);
        create(store.as_ref(), "c", &entry("three")).await;
        drop(store);
        let opened = Connection::open(&file).unwrap();
        let table = if file.ends_with("native.db") { "dewar_sessions" } else { "sessions" };
        let rows: i64 =
            opened.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 2);
    }
}
