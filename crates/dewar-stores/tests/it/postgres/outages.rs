//! A server that freezes, dies and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::store::{Store, StoreError, StoreErrorKind, StoreKey, Write};
use dewar_servers::{Postgres as Server, PostgresProgram, Proxy, Trouble};
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::postgres::{Postgres, PostgresOptions};

use super::{created, entry, key, native, now, payload};

/// With the default timeouts.
async fn open(url: &str) -> Postgres {
    let options = PostgresOptions { create_table: Some(true), ..PostgresOptions::default() };
    Postgres::open(url, options).await.unwrap()
}

/// The error and the time of a call that fails.
async fn failure(store: &dyn Store, key: &StoreKey) -> (StoreError, Duration) {
    let start = Instant::now();
    let error = store.load(key, None, now()).await.unwrap_err();
    (error, start.elapsed())
}

/// Loads an entry from a server that is running again. It must be found within a second.
async fn found_again(store: &dyn Store, key: &StoreKey) -> Vec<u8> {
    let start = Instant::now();
    loop {
        match store.load(key, None, now()).await {
            Ok(found) => return found.unwrap().payload.to_vec(),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(1), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_call_to_a_frozen_server_times_out_and_the_server_answers_again_when_it_runs() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("a"), &entry("a")).await;
    created(&store, &key("b"), &entry("b")).await;
    server.stop().unwrap();
    let mut quickest = Duration::MAX;
    for _ in 0..3 {
        let (error, time) = failure(&store, &key("a")).await;
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer, "{error:?}");
        quickest = quickest.min(time);
    }
    assert!(quickest < Duration::from_millis(250), "{quickest:?}");
    server.cont().unwrap();
    assert_eq!(found_again(&store, &key("b")).await, b"b", "a late answer is dropped");
}

#[tokio::test]
async fn a_dead_server_is_noticed_at_once_and_its_successor_is_found() {
    if Server::for_test().is_none() {
        return;
    }
    let mut server =
        Server::start_with(PostgresProgram { durable: true, ..PostgresProgram::default() }).unwrap();
    let store = native(&server.url()).await;
    created(&store, &key("a"), &entry("a")).await;
    for round in 0..3 {
        server.kill();
        let mut quickest = Duration::MAX;
        for _ in 0..3 {
            let (error, time) = failure(&store, &key("a")).await;
            let kind = error.kind();
            assert!(matches!(kind, StoreErrorKind::Unavailable | StoreErrorKind::NoAnswer), "{error:?}");
            quickest = quickest.min(time);
            let error = store.write(Write::remove(&key("a"), None), now()).await.unwrap_err();
            assert!(matches!(error.kind(), StoreErrorKind::Unavailable | StoreErrorKind::NoAnswer));
        }
        assert!(quickest < Duration::from_millis(50), "{quickest:?}");
        server.restart().unwrap();
        assert_eq!(payload(&store, &key("a")).await.unwrap(), b"a", "the first call is served");
        created(&store, &key(&format!("again {round}")), &entry("x")).await;
    }
}

#[tokio::test]
async fn a_guarded_store_is_served_again_within_a_second_of_a_restart() {
    if Server::for_test().is_none() {
        return;
    }
    let mut server =
        Server::start_with(PostgresProgram { durable: true, ..PostgresProgram::default() }).unwrap();
    let store = Guard::new(Arc::new(open(&server.url()).await), GuardOptions::default());
    created(&store, &key("a"), &entry("a")).await;
    server.kill();
    for _ in 0..50 {
        let (_, time) = failure(&store, &key("a")).await;
        assert!(time < Duration::from_millis(500), "{time:?}");
    }
    server.restart().unwrap();
    assert_eq!(found_again(&store, &key("a")).await, b"a");
}

/// `pg_terminate_backend`: the server undoes what was not answered, and says so.
#[tokio::test]
async fn connections_that_are_terminated_are_replaced() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    created(&store, &key("a"), &entry("a")).await;
    for _ in 0..20 {
        server
            .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dewar'")
            .unwrap();
        if let Err(error) = store.load(&key("a"), None, now()).await {
            assert!(
                matches!(error.kind(), StoreErrorKind::Unavailable | StoreErrorKind::NoAnswer),
                "{error:?}"
            );
            assert_eq!(payload(&store, &key("a")).await.unwrap(), b"a");
        }
        if store.touch(&key("a"), super::from_now(super::HOUR), now()).await.is_err() {
            assert!(store.touch(&key("a"), super::from_now(super::HOUR), now()).await.unwrap());
        }
    }
}

/// Nothing breaks the connection, but no answer comes.
#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::start(server.port(), Trouble::none()).unwrap();
    let store = open(&format!("postgresql://postgres@127.0.0.1:{}/postgres", proxy.port())).await;
    let key = key("a");
    created(&store, &key, &entry("a")).await;
    proxy.silence();
    let mut given_up = 0;
    while store.load(&key, None, now()).await.is_err() {
        given_up += 1;
        assert!(given_up < 50, "the silent connection is used for ever");
    }
    assert!(given_up > 0);
    while store.touch(&key, super::from_now(super::HOUR), now()).await.is_err() {
        given_up += 1;
        assert!(given_up < 50, "the silent connection is used for ever");
    }
}
