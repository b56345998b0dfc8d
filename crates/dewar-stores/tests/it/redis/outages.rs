//! A server that freezes, dies and comes back.

use std::time::{Duration, Instant};

use dewar::store::{Store, StoreErrorKind};
use dewar_servers::Redis as Server;

use super::{both, created, entry, key, now, payload};

#[tokio::test]
async fn a_frozen_server_is_given_up_in_time_and_answers_again_when_it_thaws() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        let (a, b) = (key("session:a"), key("session:b"));
        created(&store, &a, &entry("a")).await;
        created(&store, &b, &entry("b")).await;
        server.stop().unwrap();
        for _ in 0..3 {
            let start = Instant::now();
            let error = store.load(&a, None, now()).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
            assert!(start.elapsed() < Duration::from_millis(300), "{:?}", start.elapsed());
        }
        server.cont().unwrap();
        assert_eq!(payload(&store, &b).await.unwrap(), b"b", "an answer that came too late is nobody's");
        assert!(store.remove(&a, None, now()).await.unwrap() && store.remove(&b, None, now()).await.unwrap());
    }
}

#[tokio::test]
async fn a_dead_server_is_known_at_once_and_its_successor_is_found() {
    if Server::for_test().is_none() {
        return;
    }
    let mut server = Server::settings().durable().start().unwrap();
    let stores = both(&server).await;
    created(&stores[0], &key("session:a"), &entry("a")).await;
    for _ in 0..3 {
        server.kill();
        for store in stores.iter().chain(&stores) {
            let start = Instant::now();
            let error = store.load(&key("session:a"), None, now()).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
            assert!(start.elapsed() < Duration::from_millis(50), "{:?}", start.elapsed());
        }
        server.restart().unwrap();
        for store in &stores {
            assert_eq!(payload(store, &key("session:a")).await.unwrap(), b"a", "the first call is served");
        }
    }
}

#[tokio::test]
async fn a_server_that_dies_while_it_is_frozen_is_found_again() {
    if Server::for_test().is_none() {
        return;
    }
    let mut server = Server::settings().durable().start().unwrap();
    let [store, _] = both(&server).await;
    created(&store, &key("session:a"), &entry("a")).await;
    server.stop().unwrap();
    store.load(&key("session:a"), None, now()).await.unwrap_err();
    server.restart().unwrap();
    let start = Instant::now();
    while store.load(&key("session:a"), None, now()).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(1), "it is not found");
    }
    assert_eq!(payload(&store, &key("session:a")).await.unwrap(), b"a");
}
