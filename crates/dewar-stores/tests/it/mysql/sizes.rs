//! Sessions that are too large.

use std::error::Error;

use dewar::store::{Store, StoreError, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::MariaDb as Server;

use super::{create, entry, flask, key, native, now, payload, server_with};

fn advice(error: &StoreError) -> String {
    assert_eq!(error.kind(), StoreErrorKind::Refused, "{error:?}");
    error.source().unwrap().to_string()
}

#[tokio::test]
async fn the_native_table_takes_more_than_64_kib() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    let large = vec![0xe9; 3 << 20];
    create(&store, "session:large", &entry(large.clone())).await;
    assert_eq!(payload(&store, "session:large").await.unwrap(), large);
}

/// In one statement, with any bytes. A new session that does not fit leaves the old one as it was.
#[tokio::test]
async fn a_login_takes_large_sessions_and_tombstones() {
    let Some(server) = Server::for_test() else { return };
    let (native, flask) = (native(&server.url()).await, flask(&server.url()).await);
    let (large, tombstone) = (entry(vec![0xe9; 3 << 20]), entry(vec![0xff; 60_000]));
    let (a, b) = (key("session:a"), key("session:b"));
    let seen = create(&native, "session:a", &entry("a")).await;
    let renamed = native.write(Write::rename(&a, &b, &seen, &large, Some(&tombstone)), now()).await.unwrap();
    assert!(matches!(renamed, WriteOutcome::Saved(_)));
    assert_eq!(payload(&native, "session:b").await.unwrap(), large.payload);
    assert_eq!(payload(&native, "session:a").await.unwrap(), tombstone.payload);

    let seen = create(&flask, "session:a", &entry("a")).await;
    let rename = Write::rename(&a, &b, &seen, &large, Some(&tombstone));
    assert!(advice(&flask.write(rename, now()).await.unwrap_err()).contains("LONGBLOB"));
    assert_eq!(payload(&flask, "session:a").await.unwrap(), b"a");
    assert_eq!(payload(&flask, "session:b").await, None);
}

/// A session keeps the number of its row, and a login uses up one number.
#[tokio::test]
async fn a_login_uses_one_number_of_flask_sessions_table() {
    let Some(server) = Server::for_test() else { return };
    let store = flask(&server.url()).await;
    let mut seen = create(&store, "session:0", &entry("x")).await;
    let (x, tombstone) = (entry("x"), entry("gone"));
    for login in 0..5 {
        let (old, new) = (key(&format!("session:{login}")), key(&format!("session:{}", login + 1)));
        let renamed = store.write(Write::rename(&old, &new, &seen, &x, Some(&tombstone)), now()).await;
        let WriteOutcome::Saved(revision) = renamed.unwrap() else { panic!("not renamed") };
        seen = revision;
    }
    let rows = server.sql("SELECT id, session_id FROM sessions ORDER BY id").unwrap();
    let rows: Vec<_> = rows.lines().collect();
    assert_eq!(rows[0], "1\tsession:5");
    assert_eq!(rows[5], "6\tsession:4");
}

/// Whatever the server's SQL mode is, nothing is cut off.
#[tokio::test]
async fn the_table_of_flask_session_takes_64_kib_and_refuses_more() {
    let Some(server) = server_with(&["--sql-mode="]) else { return };
    let store = flask(&server.url()).await;
    let seen = create(&store, "session:a", &entry(vec![7; 65_535])).await;
    let large = entry(vec![7; 65_536]);
    let error = store.write(Write::swap(&key("session:a"), &seen, &large), now()).await.unwrap_err();
    assert!(advice(&error).contains("LONGBLOB"), "{error:?}");
    store.write(Write::create(&key("session:b"), &large), now()).await.unwrap_err();
    assert_eq!(payload(&store, "session:a").await.unwrap().len(), 65_535);
    assert_eq!(payload(&store, "session:b").await, None);
    server.sql("ALTER TABLE sessions MODIFY data LONGBLOB").unwrap();
    create(&flask(&server.url()).await, "session:b", &large).await;
}

#[tokio::test]
async fn a_session_larger_than_a_packet_is_refused_and_the_next_call_is_served() {
    let Some(server) = server_with(&["--max-allowed-packet=1M"]) else { return };
    let store = native(&server.url()).await;
    let seen = create(&store, "session:a", &entry(vec![7; 900_000])).await;
    for size in [1 << 20, 40 << 20] {
        let large = entry(vec![7; size]);
        let error = store.write(Write::swap(&key("session:a"), &seen, &large), now()).await.unwrap_err();
        assert!(advice(&error).contains("max_allowed_packet"), "{error:?}");
        assert_eq!(payload(&store, "session:a").await.unwrap().len(), 900_000);
    }
}
