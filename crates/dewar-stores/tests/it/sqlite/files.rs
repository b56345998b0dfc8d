//! Files: who may read them, and which are refused.

use std::fs;
use std::path::Path;

use dewar_stores::OpenError;
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, Synchronous};
use rusqlite::Connection;

use super::{create, entry, flask, folder, native, payload};

fn open(path: impl AsRef<Path>) -> Result<Sqlite, OpenError> {
    Sqlite::open(path, Synchronous::Full)
}

fn refusal<T>(opened: Result<T, OpenError>) -> String {
    opened.err().expect("it must be refused").to_string()
}

#[cfg(unix)]
#[tokio::test]
async fn other_users_cannot_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let (native, flask) = (native(&folder), flask(&folder));
    create(&native, "a", &entry("x")).await;
    create(&flask, "a", &entry("x")).await;
    let mut seen = Vec::new();
    for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        seen.push(file.file_name().into_string().unwrap());
    }
    seen.sort();
    assert_eq!(
        seen,
        ["flask.db", "flask.db-shm", "flask.db-wal", "native.db", "native.db-shm", "native.db-wal"]
    );
}

#[tokio::test]
async fn a_dropped_store_leaves_one_file_with_everything_in_it() {
    let folder = folder();
    let store = native(&folder);
    create(&store, "a", &entry("x")).await;
    assert!(payload(&store, "a").await.is_some());
    drop(store);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(payload(&native(&folder), "a").await.unwrap(), b"x");
}

#[tokio::test]
async fn names_that_mean_something_to_sqlite_are_files_here() {
    let folder = folder();
    for name in [":memory:", "file:x?mode=memory", "a b#%20'.db"] {
        let store = open(folder.path().join(name)).unwrap();
        create(&store, "a", &entry("x")).await;
        assert_eq!(payload(&store, "a").await.unwrap(), b"x");
        assert!(folder.path().join(name).exists());
    }
}

#[test]
fn what_cannot_be_opened_says_what_to_do() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let said = refusal(open(at("missing/sessions.db")));
    assert!(said.ends_with("missing/sessions.db: its folder does not exist: create it"), "{said}");
    assert!(refusal(open(folder.path())).ends_with("it is a folder; name a file in it"));
    fs::write(at("notes.txt"), "Dear diary, ".repeat(100)).unwrap();
    let said = refusal(open(at("notes.txt")));
    assert!(
        said.ends_with("it is not an SQLite database: name another file, or move this one away"),
        "{said}"
    );
    assert_eq!(fs::read(at("notes.txt")).unwrap().len(), 1200, "and it is left alone");
    let said = refusal(open(at("notes.txt/sessions.db")));
    assert!(said.ends_with("its parent is a file, not a folder: name another path"), "{said}");
}

#[test]
fn a_table_of_another_shape_is_named_with_the_column() {
    let folder = folder();
    let refused = |ddl: &str| {
        let path = folder.path().join("other.db");
        _ = fs::remove_file(&path);
        Connection::open(&path).unwrap().execute_batch(ddl).unwrap();
        let native = open(&path).err().map(|error| error.to_string());
        let flask =
            SqlAlchemy::open(&path, "sessions", Synchronous::Full).err().map(|error| error.to_string());
        native.or(flask).expect("it must be refused")
    };
    for (ddl, what) in [
        ("CREATE TABLE dewar_sessions (key TEXT PRIMARY KEY, payload BLOB)", "it has no column revision"),
        ("CREATE TABLE sessions (sid TEXT)", "it has no column id"),
        ("CREATE TABLE sessions (id INTEGER PRIMARY KEY, session_id TEXT, data BLOB)", "it has no column expiry"),
        (
            "CREATE TABLE sessions (id INTEGER PRIMARY KEY, session_id TEXT UNIQUE, data BLOB, expiry INTEGER)",
            "its column expiry is \"INTEGER\" and not DATETIME",
        ),
        (
            "CREATE TABLE sessions (id INTEGER PRIMARY KEY, session_id TEXT, data BLOB, expiry DATETIME)",
            "its column session_id is not unique",
        ),
        (
            "CREATE TABLE sessions
                (id INTEGER PRIMARY KEY, session_id TEXT UNIQUE, data BLOB, expiry DATETIME, ip TEXT NOT NULL)",
            "its column ip requires a value",
        ),
    ] {
        let said = refused(ddl);
        assert!(said.contains(what) && said.contains("ALTER TABLE"), "{said}");
    }
}

#[test]
fn a_file_that_another_process_makes_at_the_same_time_is_no_error() {
    for _ in 0..20 {
        let folder = folder();
        let path = folder.path().join("sessions.db");
        std::thread::scope(|scope| {
            let openers: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&path).map(drop))).collect();
            for opener in openers {
                opener.join().unwrap().unwrap();
            }
        });
    }
}
