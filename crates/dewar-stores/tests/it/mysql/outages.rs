//! A server that freezes, dies and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{MariaDb as Server, Proxy, Trouble};
use dewar_stores::mysql::{MySql, MySqlOptions};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::{create, entry, key, native, now, payload, server_with, stranger};

/// With the default timeout.
async fn impatient(url: &str) -> MySql {
    MySql::open(url, MySqlOptions::default()).await.unwrap()
}

async fn failure(store: &MySql) -> (StoreErrorKind, Duration) {
    let start = Instant::now();
    let error = store.load(&key("session:a"), None, now()).await.unwrap_err();
    (error.kind(), start.elapsed())
}

/// Loads an entry from a server that is running again. It must be found within a second.
async fn found_again(store: &MySql) -> Vec<u8> {
    let start = Instant::now();
    loop {
        match store.load(&key("session:a"), None, now()).await {
            Ok(found) => return found.unwrap().payload.to_vec(),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(1), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn a_call_to_a_frozen_server_times_out_and_the_server_answers_again_when_it_runs() {
    let Some(server) = Server::for_test() else { return };
    create(&native(&server.url()).await, "session:a", &entry("a")).await;
    let store = impatient(&server.url()).await;
    assert_eq!(payload(&store, "session:a").await.unwrap(), b"a");
    server.stop().unwrap();
    let mut kinds = Vec::new();
    let mut quickest = Duration::MAX;
    for _ in 0..12 {
        let (kind, time) = failure(&store).await;
        kinds.push(kind);
        quickest = quickest.min(time);
    }
    assert!(quickest < Duration::from_millis(250), "{quickest:?}");
    assert_eq!(kinds[0], StoreErrorKind::NoAnswer);
    assert_eq!(kinds[11], StoreErrorKind::Unavailable, "there is no connection any more: {kinds:?}");
    server.cont().unwrap();
    assert_eq!(found_again(&store).await, b"a");
}

#[tokio::test]
async fn a_dead_server_is_noticed_at_once_and_its_successor_is_found() {
    let Some(mut server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    create(&store, "session:a", &entry("a")).await;
    for _ in 0..3 {
        server.kill();
        let times = [failure(&store).await, failure(&store).await];
        assert!(times.iter().map(|(_, time)| *time).min().unwrap() < Duration::from_millis(50), "{times:?}");
        server.restart().unwrap();
        assert_eq!(payload(&store, "session:a").await.unwrap(), b"a", "the first call is served");
    }
}

#[tokio::test]
async fn a_server_with_too_many_connections_is_asked_again() {
    let Some(server) = server_with(&["--max-connections=10"]) else { return };
    create(&native(&server.url()).await, "session:a", &entry("a")).await;
    let store = impatient(&server.url()).await;
    let mut others = Vec::new();
    // Root has one more.
    while let Ok(other) = mysql_async::Conn::from_url(format!("{}?prefer_socket=false", server.url())).await {
        others.push(other);
    }
    assert_eq!(payload(&store, "session:a").await.unwrap(), b"a", "it has a connection");
    end_all_but(&mut others).await;
    while let Ok(other) = mysql_async::Conn::from_url(format!("{}?prefer_socket=false", server.url())).await {
        others.push(other);
    }
    let (kind, _) = failure(&store).await;
    assert!([StoreErrorKind::Unavailable, StoreErrorKind::NoAnswer].contains(&kind));
    assert_eq!(failure(&store).await.0, StoreErrorKind::Unavailable);
    for other in others {
        other.disconnect().await.unwrap();
    }
    assert_eq!(found_again(&store).await, b"a");
}

/// Ends the connections that are not among these, and waits for that.
async fn end_all_but(these: &mut [Conn]) {
    let kept: Vec<_> = these.iter().map(|conn| u64::from(conn.id())).collect();
    let ids = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'root'";
    loop {
        let found: Vec<u64> = these[0].query(ids).await.unwrap();
        let others: Vec<_> = found.into_iter().filter(|id| !kept.contains(id)).collect();
        if others.is_empty() {
            return;
        }
        for id in others {
            // It may just have ended.
            _ = these[0].query_drop(format!("KILL {id}")).await;
        }
    }
}

/// Nothing breaks the connections, but no answer comes.
#[tokio::test]
async fn silent_connections_are_replaced() {
    let Some(server) = Server::for_test() else { return };
    create(&native(&server.url()).await, "session:a", &entry("a")).await;
    let proxy = Proxy::start(server.port(), Trouble::none()).unwrap();
    let store = impatient(&format!("mysql://root@127.0.0.1:{}/test", proxy.port())).await;
    // Several connections are idle.
    let a = key("session:a");
    let loads = [(); 4].map(|()| store.load(&a, None, now()));
    let [first, second, third, fourth] = loads;
    let (first, second, third, fourth) = tokio::join!(first, second, third, fourth);
    for found in [first, second, third, fourth] {
        found.unwrap().unwrap();
    }
    proxy.silence();
    let mut given_up = 0;
    while store.load(&a, None, now()).await.is_err() {
        given_up += 1;
        assert!(given_up < 50, "the silent connections are used for ever");
    }
    assert!(given_up > 0);
}

/// A runtime may end before the store: connections of it are not used in the next one.
#[test]
fn a_store_is_used_in_a_second_runtime() {
    let Some(server) = Server::for_test() else { return };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime().block_on(async {
        let store = native(&server.url()).await;
        create(&store, "session:a", &entry("a")).await;
        store
    });
    runtime().block_on(async {
        assert_eq!(payload(&store, "session:a").await.unwrap(), b"a");
        let made = store.write(Write::create(&key("session:b"), &entry("b")), now()).await.unwrap();
        assert!(matches!(made, WriteOutcome::Saved(_)));
    });
}

/// The connections that the server has been asked for so far.
async fn connections(conn: &mut Conn) -> usize {
    let found: Option<(String, usize)> =
        conn.query_first("SHOW GLOBAL STATUS LIKE 'Connections'").await.unwrap();
    found.unwrap().1
}

/// Somebody ended one connection while it waited for a lock. Those beside it are not closed.
#[tokio::test]
async fn a_connection_that_is_ended_costs_no_other() {
    let Some(server) = Server::for_test() else { return };
    let store = Arc::new(native(&server.url()).await);
    let seen = create(&*store, "session:a", &entry("a")).await;
    let mut other = stranger(&server).await;
    let mut watcher = stranger(&server).await;
    let a = key("session:a");
    let [first, second] = [(); 2].map(|()| store.load(&a, None, now()));
    let (first, second) = tokio::join!(first, second);
    assert!(first.unwrap().is_some() && second.unwrap().is_some());
    other.query_drop("START TRANSACTION").await.unwrap();
    other.query_drop("UPDATE dewar_sessions SET joined = 1").await.unwrap();
    let writer = Arc::clone(&store);
    let waiting = tokio::spawn(async move {
        let mine = entry("mine");
        writer.write(Write::swap(&key("session:a"), &seen, &mine), now()).await
    });
    super::until_blocked(&mut watcher).await;
    let blocked = "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'UPDATE dewar_sessions%'";
    let id: u64 = watcher.query_first(blocked).await.unwrap().unwrap();
    watcher.query_drop(format!("KILL {id}")).await.unwrap();
    let kind = waiting.await.unwrap().unwrap_err().kind();
    assert!([StoreErrorKind::Unavailable, StoreErrorKind::NoAnswer].contains(&kind), "{kind:?}");
    let before = connections(&mut watcher).await;
    assert_eq!(payload(&*store, "session:a").await.unwrap(), b"a");
    assert_eq!(connections(&mut watcher).await, before, "the other connection serves");
}

/// A connection that the server closes because it is idle is not used.
#[tokio::test]
async fn an_idle_connection_that_the_server_closed_costs_no_call() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    create(&store, "session:a", &entry("a")).await;
    end_all_but(&mut [stranger(&server).await]).await;
    assert_eq!(payload(&store, "session:a").await.unwrap(), b"a");
}
