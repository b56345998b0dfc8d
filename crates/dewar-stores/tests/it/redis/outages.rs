//! A server that freezes, dies and comes back.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use dewar::store::{Store, StoreErrorKind, StoreKey};
use dewar_servers::{Proxy, Redis as Server, Trouble};
use dewar_stores::{Redis, RedisOptions};

use super::{created, entry, key, now, open, payload};

/// With the default timeout, with and without an index of owners.
async fn both(server: &Server) -> [Redis; 2] {
    let (url, with_owners) = (server.url(), RedisOptions::default());
    let without_owners = RedisOptions { owner_index: false, ..with_owners.clone() };
    [Redis::open(&url, with_owners).await.unwrap(), Redis::open(&url, without_owners).await.unwrap()]
}

/// The time of a call that is not answered.
async fn failure(store: &Redis, key: &StoreKey) -> Duration {
    let start = Instant::now();
    let error = store.load(key, None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
    start.elapsed()
}

/// Loads an entry from a server that is running again. It must be found within a second.
async fn found_again(store: &Redis, key: &StoreKey) -> Vec<u8> {
    let start = Instant::now();
    loop {
        match store.load(key, None, now()).await {
            Ok(found) => return found.unwrap().payload.to_vec(),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(1), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn a_call_to_a_frozen_server_times_out_and_the_server_answers_again_when_it_runs() {
    let Some(server) = Server::for_test() else { return };
    let (a, b) = (key("session:a"), key("session:b"));
    let writer = open(&server.url()).await;
    created(&writer, &a, &entry("a")).await;
    created(&writer, &b, &entry("b")).await;
    for store in both(&server).await {
        server.stop().unwrap();
        let quickest = [failure(&store, &a).await, failure(&store, &a).await, failure(&store, &a).await];
        assert!(*quickest.iter().min().unwrap() < Duration::from_millis(250), "{quickest:?}");
        server.cont().unwrap();
        assert_eq!(found_again(&store, &b).await, b"b", "a late answer is dropped");
    }
}

#[tokio::test]
async fn a_dead_server_is_noticed_at_once_and_its_successor_is_found() {
    if Server::for_test().is_none() {
        return;
    }
    let mut server = Server::settings().durable().start().unwrap();
    let stores = super::both(&server).await;
    created(&stores[0], &key("session:a"), &entry("a")).await;
    for _ in 0..3 {
        server.kill();
        for store in &stores {
            let times = [failure(store, &key("session:a")).await, failure(store, &key("session:a")).await];
            assert!(*times.iter().min().unwrap() < Duration::from_millis(50), "{times:?}");
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
    let writer = open(&server.url()).await;
    created(&writer, &key("session:a"), &entry("a")).await;
    server.stop().unwrap();
    failure(&store, &key("session:a")).await;
    server.restart().unwrap();
    assert_eq!(found_again(&store, &key("session:a")).await, b"a");
}

/// A client that has been served.
fn client_of(server: &Server) -> TcpStream {
    let mut client = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    client.write_all(b"PING\r\n").unwrap();
    client.read_exact(&mut [0; 7]).unwrap();
    client
}

#[tokio::test]
async fn a_server_that_had_too_many_clients_is_asked_again() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("session:a"), &entry("a")).await;
    server.command(&["CONFIG", "SET", "maxclients", "2"]).unwrap();
    server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).unwrap();
    let others = [client_of(&server), client_of(&server)];
    for _ in 0..5 {
        store.load(&key("session:a"), None, now()).await.unwrap_err();
    }
    drop(others);
    assert_eq!(found_again(&store, &key("session:a")).await, b"a");
}

/// Nothing breaks the connection, but no answer comes.
#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::start(server.port(), Trouble::none()).unwrap();
    let store =
        Redis::open(&format!("redis://127.0.0.1:{}", proxy.port()), RedisOptions::default()).await.unwrap();
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
