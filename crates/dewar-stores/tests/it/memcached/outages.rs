//! A server that freezes, dies and comes back.

use std::time::{Duration, Instant};

use dewar::store::{Store, StoreErrorKind, StoreKey, Write, WriteOutcome};
use dewar_servers::{Memcached as Server, Proxy, Trouble};
use dewar_stores::{Memcached, MemcachedOptions};

use super::{created, entry, key, now, payload};

async fn hasty(url: &str) -> Memcached {
    Memcached::open(url, MemcachedOptions::default()).await.unwrap()
}

/// The kind of the failure of a call, and its time.
async fn failure(store: &Memcached, key: &StoreKey) -> (StoreErrorKind, Duration) {
    let start = Instant::now();
    let error = store.load(key, None, now()).await.unwrap_err();
    (error.kind(), start.elapsed())
}

/// Loads an entry from a server that is running again. It must answer within a second.
async fn answered_again(store: &Memcached, key: &StoreKey) -> Option<Vec<u8>> {
    let start = Instant::now();
    loop {
        match store.load(key, None, now()).await {
            Ok(found) => return found.map(|found| found.payload.to_vec()),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(1), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn a_call_to_a_frozen_server_times_out_and_the_server_answers_again_when_it_runs() {
    let Some(server) = Server::for_test() else { return };
    let store = hasty(&server.url()).await;
    let (a, b) = (key("session:a"), key("session:b"));
    created(&store, &a, &entry("a")).await;
    created(&store, &b, &entry("b")).await;
    for _ in 0..2 {
        server.stop().unwrap();
        let mut times = Vec::new();
        for _ in 0..7 {
            times.push(failure(&store, &a).await.1);
        }
        assert!(*times.iter().min().unwrap() < Duration::from_millis(250), "{times:?}");
        server.cont().unwrap();
        assert_eq!(answered_again(&store, &b).await.unwrap(), b"b", "a late answer is dropped");
    }
}

/// All sessions have ended; nothing fails.
#[tokio::test]
async fn a_server_that_restarts_has_forgotten_all_and_is_served_by_the_first_call() {
    let Some(mut server) = Server::for_test() else { return };
    let store = hasty(&server.url()).await;
    let (a, b) = (key("session:a"), key("session:b"));
    for _ in 0..3 {
        let seen = created(&store, &a, &entry("a")).await;
        server.kill();
        // What was noticed already is no longer tried.
        let mut failures = Vec::new();
        for _ in 0..3 {
            failures.push(failure(&store, &a).await);
        }
        assert!(
            failures.iter().skip(1).all(|(kind, _)| *kind == StoreErrorKind::Unavailable),
            "{failures:?}"
        );
        assert!(
            failures.iter().map(|(_, time)| *time).min().unwrap() < Duration::from_millis(50),
            "{failures:?}"
        );
        server.restart().unwrap();
        assert_eq!(payload(&store, &a).await, None, "the first call is served");
        let answer = store.write(Write::swap(&a, &seen, &entry("revived")), now()).await.unwrap();
        assert_eq!(answer, WriteOutcome::Gone);
        let answer = store.write(Write::rename(&a, &b, &seen, &entry("revived"), None), now()).await.unwrap();
        assert_eq!(answer, WriteOutcome::Gone);
        assert_eq!((payload(&store, &a).await, payload(&store, &b).await), (None, None));
    }
}

#[tokio::test]
async fn a_server_that_dies_while_it_is_frozen_is_found_again() {
    let Some(mut server) = Server::for_test() else { return };
    let store = hasty(&server.url()).await;
    created(&store, &key("session:a"), &entry("a")).await;
    server.stop().unwrap();
    failure(&store, &key("session:a")).await;
    server.restart().unwrap();
    assert_eq!(answered_again(&store, &key("session:a")).await, None);
}

/// Nothing breaks the connection, but no answer comes.
#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::start(server.port(), Trouble::none()).unwrap();
    let store = hasty(&format!("memcached://127.0.0.1:{}", proxy.port())).await;
    let key = key("session:a");
    created(&store, &key, &entry("a")).await;
    proxy.silence();
    let mut given_up = 0;
    while store.load(&key, None, now()).await.is_err() {
        given_up += 1;
        assert!(given_up < 50, "the silent connection is used for ever");
    }
    assert!(given_up > 0);
    assert_eq!(payload(&store, &key).await.unwrap(), b"a");
}

#[tokio::test]
async fn a_server_that_had_too_many_connections_is_asked_again() {
    if Server::for_test().is_none() {
        return;
    }
    let server = Server::start_with_options(&["-c", "32", "-o", "maxconns_fast"]).unwrap();
    let store = hasty(&server.url()).await;
    created(&store, &key("session:a"), &entry("a")).await;
    let mut others = Vec::new();
    while others.len() < 60 {
        others.push(std::net::TcpStream::connect(("127.0.0.1", server.port())).unwrap());
    }
    let error = Memcached::open(&server.url(), MemcachedOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("more -c"), "{error}");
    drop(others);
    assert_eq!(answered_again(&store, &key("session:a")).await.unwrap(), b"a");
}
