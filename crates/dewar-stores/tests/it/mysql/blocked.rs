//! Rows that another transaction keeps locked.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use dewar::store::{Owners, Store, StoreErrorKind, Write, WriteOutcome};
use dewar_core::waiting;
use dewar_servers::MariaDb as Server;
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::mysql::{MySql, MySqlOptions};
use mysql_async::prelude::Queryable;

use super::{both, create, entry, key, native, now, owned, patient, payload, stranger, until_blocked};

/// The writer began before the other transaction ended. It does not get what was there when it began.
#[tokio::test]
async fn a_writer_that_waited_gets_what_is_there_now() {
    let Some(server) = Server::for_test() else { return };
    let stores = both(&server).await.map(Arc::<dyn Store>::from);
    for (store, table, change) in [
        (&stores[0], "dewar_sessions", "SET payload = 'theirs', revision = 7"),
        (&stores[1], "sessions", "SET data = 'theirs'"),
    ] {
        for is_rename in [false, true] {
            let found = outcome(&server, store, &format!("UPDATE {table} {change}"), is_rename).await;
            assert!(matches!(found, WriteOutcome::Changed(found) if found.payload == "theirs"));
            let found = outcome(&server, store, &format!("DELETE FROM {table}"), is_rename).await;
            assert_eq!(found, WriteOutcome::Gone);
        }
    }
}

/// The outcome of a write that waits for the change of another transaction.
async fn outcome(server: &Server, store: &Arc<dyn Store>, change: &str, is_rename: bool) -> WriteOutcome {
    let (mut other, mut watcher) = (stranger(server).await, stranger(server).await);
    let (a, b, mine) = (key("session:a"), key("session:b"), entry("mine"));
    _ = store.write(Write::remove(&a, None), now()).await.unwrap();
    let seen = create(&**store, "session:a", &entry("first")).await;
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop(change).await.unwrap();
    let writer = Arc::clone(store);
    let waiting = tokio::spawn(async move {
        let write = match is_rename {
            true => Write::rename(&a, &b, &seen, &mine, Some(&mine)),
            false => Write::swap(&a, &seen, &mine),
        };
        writer.write(write, now()).await.unwrap()
    });
    until_blocked(&mut watcher).await;
    other.query_drop("COMMIT").await.unwrap();
    let outcome = waiting.await.unwrap();
    assert_eq!(payload(&**store, "session:b").await, None);
    outcome
}

#[tokio::test]
async fn a_row_that_stays_locked_is_busy_and_comes_back() {
    let Some(server) = Server::for_test() else { return };
    let mut other = stranger(&server).await;
    let impatient = MySqlOptions { lock_timeout: Duration::ZERO, ..patient() };
    let store = MySql::open(&server.url(), impatient).await.unwrap();
    let seen = create(&store, "session:a", &entry("first")).await;
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop("UPDATE dewar_sessions SET joined = 1").await.unwrap();
    let (a, b, mine) = (key("session:a"), key("session:b"), entry("mine"));
    for write in [
        Write::swap(&a, &seen, &mine),
        Write::rename(&a, &b, &seen, &mine, Some(&mine)),
        Write::remove(&a, None),
    ] {
        let error = store.write(write, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Busy, "{error:?}");
    }
    assert_eq!(payload(&store, "session:a").await.unwrap(), b"first", "reading goes on");
    other.query_drop("ROLLBACK").await.unwrap();
    let swapped = store.write(Write::swap(&a, &seen, &mine), now()).await.unwrap();
    assert!(matches!(swapped, WriteOutcome::Saved(_)));
    assert_eq!(payload(&store, "session:b").await, None);
}

/// MariaDB ends the statement in time. MySQL does not, and so it may still be done when the row is free.
#[tokio::test]
async fn a_guard_says_busy_in_time_when_a_row_stays_locked() {
    let Some(server) = Server::for_test() else { return };
    let mut other = stranger(&server).await;
    let (a, b, mine) = (key("session:a"), key("session:b"), entry("mine"));
    let seen = create(&native(&server.url()).await, "session:a", &owned("first", "me")).await;
    // For a busy machine, and in MySQL shorter than its shortest limit, which is a second.
    let deadline = Duration::from_millis(if Server::is_mysql() { 600 } else { 6000 });
    let options = GuardOptions { deadline, ..GuardOptions::default() };
    let timeout = deadline * 4 / 5;
    let lock_timeout = Duration::from_secs(60);
    let store =
        MySql::open(&server.url(), MySqlOptions { timeout, lock_timeout, ..patient() }).await.unwrap();
    let guard = Guard::new(Arc::new(store), options);
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop("UPDATE dewar_sessions SET joined = 1").await.unwrap();
    for write in [
        Write::swap(&a, &seen, &mine),
        Write::rename(&a, &b, &seen, &mine, Some(&mine)),
        Write::remove(&a, Some(&mine)),
    ] {
        let kind = guard.write(write, now()).await.unwrap_err().kind();
        let expected = if Server::is_mysql() { StoreErrorKind::NoAnswer } else { StoreErrorKind::Busy };
        assert_eq!(kind, expected, "{write:?}");
    }
    if !Server::is_mysql() {
        other.query_drop("ROLLBACK").await.unwrap();
        assert_eq!(payload(&guard, "session:a").await.unwrap(), b"first");
        assert_eq!(payload(&guard, "session:b").await, None);
    }
}

/// If the read of the request took long, less time is left than after which MariaDB ends the statement.
#[tokio::test]
async fn a_guard_has_no_answer_in_time_when_the_read_was_slow() {
    let Some(server) = Server::for_test() else { return };
    let mut other = stranger(&server).await;
    let seen = create(&native(&server.url()).await, "session:a", &entry("first")).await;
    let deadline = Duration::from_secs(3);
    let options = MySqlOptions { timeout: deadline * 4 / 5, lock_timeout: deadline, ..patient() };
    let store = MySql::open(&server.url(), options).await.unwrap();
    let guard = Guard::new(Arc::new(store), GuardOptions { deadline, ..GuardOptions::default() });
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop("UPDATE dewar_sessions SET joined = 1").await.unwrap();
    let (a, mine) = (key("session:a"), entry("mine"));
    let late = async || guard.write(Write::swap(&a, &seen, &mine), now()).await;
    let (answer, _) = waiting::counted(deadline / 2, pin!(late())).await;
    assert_eq!(answer.unwrap_err().kind(), StoreErrorKind::NoAnswer);
}

/// A read waits for no row: the server is slow, and its breaker should know.
#[tokio::test]
async fn a_read_that_takes_too_long_finds_the_server_unavailable() {
    let Some(server) = Server::for_test() else { return };
    let mut other = stranger(&server).await;
    let short = MySqlOptions { timeout: Duration::from_millis(1000), ..patient() };
    let store = MySql::open(&server.url(), short).await.unwrap();
    create(&store, "session:a", &entry("first")).await;
    other.query_drop("LOCK TABLES dewar_sessions WRITE").await.unwrap();
    let error = store.load(&key("session:a"), None, now()).await.unwrap_err();
    let is_mysql = Server::is_mysql();
    let expected = if is_mysql { StoreErrorKind::NoAnswer } else { StoreErrorKind::Unavailable };
    assert_eq!(error.kind(), expected, "{error:?}");
}

/// Log out everywhere has more time than a call for one session.
#[tokio::test]
async fn a_call_for_many_rows_waits_longer() {
    let Some(server) = Server::for_test() else { return };
    let (mut other, mut watcher) = (stranger(&server).await, stranger(&server).await);
    let short = MySqlOptions { timeout: Duration::from_millis(400), ..patient() };
    let store = Arc::new(MySql::open(&server.url(), short).await.unwrap());
    create(&native(&server.url()).await, "session:a", &owned("first", "me")).await;
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop("UPDATE dewar_sessions SET payload = 'x'").await.unwrap();
    let removing = Arc::clone(&store);
    let removing = tokio::spawn(async move { removing.remove_all("me", None, now()).await });
    until_blocked(&mut watcher).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    other.query_drop("COMMIT").await.unwrap();
    assert_eq!(removing.await.unwrap().unwrap(), 1);
}

/// The server ends one of two transactions that wait for each other. If it is ours, it is run again.
#[tokio::test]
async fn a_deadlock_is_survived() {
    let Some(server) = Server::for_test() else { return };
    let (mut other, mut watcher) = (stranger(&server).await, stranger(&server).await);
    // It writes more than ours, so it is not the one that is ended.
    other.query_drop("CREATE TABLE ballast (n INT)").await.unwrap();
    let store = Arc::new(native(&server.url()).await);
    for name in ["session:a", "session:b"] {
        create(&*store, name, &owned("x", "me")).await;
    }
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop("INSERT INTO ballast VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9)").await.unwrap();
    other.query_drop("UPDATE dewar_sessions SET joined = 9 WHERE `key` = 'session:b'").await.unwrap();
    let removing = Arc::clone(&store);
    let removing = tokio::spawn(async move { removing.remove_all("me", None, now()).await });
    until_blocked(&mut watcher).await;
    other.query_drop("UPDATE dewar_sessions SET joined = 8 WHERE `key` = 'session:a'").await.unwrap();
    other.query_drop("COMMIT").await.unwrap();
    assert_eq!(removing.await.unwrap().unwrap(), 2);
    assert_eq!(payload(&*store, "session:a").await, None);
}
