//! Rows that another transaction keeps locked.

use std::sync::Arc;

use dewar::store::{Owners, Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::MariaDb as Server;
use mysql_async::prelude::Queryable;

use super::{both, create, entry, key, native, now, owned, payload, stranger, until_blocked};

/// The writer began before the other transaction ended. It does not get what was there when it began.
#[tokio::test]
async fn a_writer_that_waited_gets_what_is_there_now() {
    let Some(server) = Server::for_test() else { return };
    let (mut other, mut watcher) = (stranger(&server).await, stranger(&server).await);
    let ways = [
        ("UPDATE dewar_sessions SET payload = 'theirs', revision = 7", "UPDATE sessions SET data = 'theirs'", true),
        ("DELETE FROM dewar_sessions", "DELETE FROM sessions", false),
    ];
    for (of_native, of_flask, is_there) in ways {
        for (store, change) in both(&server).await.into_iter().zip([of_native, of_flask]) {
            let store: Arc<dyn Store> = store.into();
            let seen = create(&*store, "session:a", &entry("first")).await;
            for is_rename in [false, true] {
                other.query_drop("START TRANSACTION").await.unwrap();
                other.query_drop(change).await.unwrap();
                let (writer, seen) = (Arc::clone(&store), seen.clone());
                let waiting = tokio::spawn(async move {
                    let (a, b, mine) = (key("session:a"), key("session:b"), entry("mine"));
                    let write = match is_rename {
                        true => Write::rename(&a, &b, &seen, &mine, Some(&mine)),
                        false => Write::swap(&a, &seen, &mine),
                    };
                    writer.write(write, now()).await.unwrap()
                });
                until_blocked(&mut watcher, 1).await;
                other.query_drop("COMMIT").await.unwrap();
                match waiting.await.unwrap() {
                    WriteOutcome::Changed(found) if is_there => assert_eq!(found.payload, "theirs"),
                    WriteOutcome::Gone if !is_there => {}
                    answer => panic!("{change}: {answer:?}"),
                }
                assert_eq!(payload(&*store, "session:b").await, None);
            }
            _ = store.write(Write::remove(&key("session:a"), None), now()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_row_that_stays_locked_is_busy_and_comes_back() {
    let Some(server) = Server::for_test() else { return };
    let mut other = stranger(&server).await;
    let store = native(&server.url()).await;
    let seen = create(&store, "session:a", &entry("first")).await;
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop("UPDATE dewar_sessions SET joined = 1").await.unwrap();
    let (a, b, mine) = (key("session:a"), key("session:b"), entry("mine"));
    for write in [Write::swap(&a, &seen, &mine), Write::rename(&a, &b, &seen, &mine, Some(&mine)), Write::remove(&a, None)]
    {
        let error = store.write(write, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Busy, "{error:?}");
    }
    assert_eq!(payload(&store, "session:a").await.unwrap(), b"first", "reading goes on");
    other.query_drop("ROLLBACK").await.unwrap();
    let swapped = store.write(Write::swap(&a, &seen, &mine), now()).await.unwrap();
    assert!(matches!(swapped, WriteOutcome::Saved(_)));
    assert_eq!(payload(&store, "session:b").await, None);
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
    until_blocked(&mut watcher, 1).await;
    other.query_drop("UPDATE dewar_sessions SET joined = 8 WHERE `key` = 'session:a'").await.unwrap();
    other.query_drop("COMMIT").await.unwrap();
    assert_eq!(removing.await.unwrap().unwrap(), 2);
    assert_eq!(payload(&*store, "session:a").await, None);
}
