//! Stores from a program's settings.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::config::Config;
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar::{ServerSide, SessionManager};
use dewar_servers::Redis as Server;
use dewar_stores::{OpenError, from_config};

const NOW: i64 = 1_709_210_096;

fn config<V: AsRef<str>>(settings: impl IntoIterator<Item = (&'static str, V)>) -> Config {
    let settings =
        settings.into_iter().map(|(name, value)| (format!("FLASK_{name}"), value.as_ref().to_owned()));
    let settings: Vec<_> = settings.collect();
    let is_ours = settings.iter().any(|(name, _)| name == "FLASK_SESSION_STORE");
    let name = is_ours.then(|| ("FLASK_DEWAR_NAME".to_owned(), "shop".to_owned()));
    let secret = ("FLASK_SECRET_KEY".to_owned(), "5f0c19e2a7d84b3690fe21c7b58d4a63".to_owned());
    Config::from_vars("FLASK", settings.into_iter().chain(name).chain([secret])).unwrap()
}

async fn refused(config: &Config) -> OpenError {
    from_config(config).await.expect_err("it is not to be opened")
}

/// A session goes through the store and back.
async fn keeps_a_session(config: &Config) -> Arc<dyn Store> {
    let store = from_config(config).await.unwrap();
    let settings = ServerSide {
        clock: Clock::fixed(UnixTime::from_seconds(NOW)),
        ..config.server_side(Arc::clone(&store)).unwrap()
    };
    let manager = SessionManager::server_side(settings).unwrap();
    let session = manager.open([]).await.unwrap();
    session.insert_value("a", 1);
    let reply = manager.save(&session).await.unwrap();
    let cookie = reply.set_cookie().unwrap().split(';').next().unwrap();
    let again = manager.open([cookie.as_bytes()]).await.unwrap();
    assert_eq!(again.get::<i64>("a").unwrap(), Some(1));
    store
}

fn folder(folder: &Path) -> String {
    folder.join("sessions").display().to_string()
}

#[tokio::test]
async fn a_url_opens_any_store() {
    let place = tempfile::tempdir().unwrap();
    keeps_a_session(&config([("SESSION_STORE", "memory:")])).await;
    for scheme in ["file", "sqlite"] {
        let url = format!("{scheme}://{}-{scheme}", folder(place.path()));
        let store = keeps_a_session(&config([("SESSION_STORE", url)])).await;
        assert!(format!("{store:?}").starts_with("Guard("), "{store:?}");
    }
}

#[tokio::test]
async fn cachelibs_files_with_their_settings() {
    use std::os::unix::fs::PermissionsExt;

    let place = tempfile::tempdir().unwrap();
    let folder = folder(place.path());
    let settings =
        [("SESSION_TYPE", "filesystem"), ("SESSION_FILE_DIR", folder.as_str()), ("SESSION_FILE_MODE", "416")];
    let store = keeps_a_session(&config(settings)).await;
    assert!(format!("{store:?}").starts_with("Guard("));
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap());
    let names = files.filter(|file| file.file_name().len() == 64);
    let modes: Vec<u32> = names.map(|file| file.metadata().unwrap().permissions().mode() & 0o777).collect();
    assert_eq!(modes, [0o640, 0o640], "a session and the count");
}

#[tokio::test]
async fn the_table_is_swept_by_the_requests() {
    for (requests, left) in [("1", 0), ("2", 1), ("3", 0), ("4", 1)] {
        let place = tempfile::tempdir().unwrap();
        let url = format!("sqlite:///{}.db", folder(place.path()));
        let settings = [
            ("SESSION_TYPE", "sqlalchemy"),
            ("SESSION_SQLALCHEMY", url.as_str()),
            ("SESSION_SQLALCHEMY_TABLE", "web"),
            ("SESSION_CLEANUP_N_REQUESTS", requests),
        ];
        // One read is the session's own; two follow.
        let store = keeps_a_session(&config(settings)).await;
        let (now, key) = (UnixTime::from_seconds(NOW), StoreKey::new("session:expired"));
        let other = StoreKey::new("session:other");
        // A sweep that the second read starts has a time before the entry expires, whenever it runs.
        store.load(&other, None, now.minus(Duration::from_secs(9))).await.unwrap();
        let expired = Entry::new(vec![0x80], Some(now));
        let created =
            store.write(Write::create(&key, &expired), now.minus(Duration::from_secs(9))).await.unwrap();
        assert!(matches!(created, WriteOutcome::Saved(_)));
        tokio::task::yield_now().await;
        assert_eq!(store.load(&other, None, now).await.unwrap(), None);
        let table = rusqlite::Connection::open(format!("{}.db", folder(place.path()))).unwrap();
        let count = "SELECT count(*) FROM web WHERE session_id = 'session:expired'";
        let rows = || table.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap();
        // No request waits for the sweep.
        while left == 0 && rows() > 0 {
            if requests == "1" {
                // The sweep of an earlier read may still have been running.
                store.load(&other, None, now).await.unwrap();
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(rows(), left, "every {requests} requests");
    }
}

#[tokio::test]
async fn redis_with_its_settings() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url();
    let flask =
        config([("SESSION_TYPE", "redis"), ("SESSION_REDIS", url.as_str()), ("SESSION_REDIS_DB", "3")]);
    let store = keeps_a_session(&flask).await;
    assert!(store.owners().is_none(), "Flask-Session's keys and nothing else");
    assert!(format!("{store:?}").contains("/3"), "{store:?}");
    let own = keeps_a_session(&config([("SESSION_STORE", url.as_str())])).await;
    assert!(own.owners().is_some());
    let listed = own.lister().unwrap().list("", None, 10, UnixTime::from_seconds(NOW)).await.unwrap();
    assert!(listed.entries.iter().all(|(key, _)| key.as_str().starts_with("shop:")));
    assert_eq!(listed.entries.len(), 1, "the index of owners is not listed");
}

#[tokio::test]
async fn errors_of_opening_show_no_passwords() {
    let cookie = refused(&config::<&str>([])).await;
    assert!(cookie.to_string().contains("SESSION_STORE"), "{cookie}");
    let settings = [
        ("SESSION_TYPE", "redis"),
        ("SESSION_REDIS", "redis://127.0.0.1:1"),
        ("SESSION_REDIS_PASSWORD", "hunter2"),
    ];
    let error = refused(&config(settings)).await;
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    let unknown = refused(&config([("SESSION_STORE", "reds://:hunter2@h")])).await;
    assert!(!format!("{unknown} {unknown:?}").contains("hunter2"), "{unknown:?}");
}
