//! Connections that the program already has.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use ::redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, ProtocolVersion, RedisConnectionInfo, cmd};
use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{Redis as Server, RedisCluster};
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::{Redis, RedisConnection, RedisOptions};

use super::roles::Pair;
use super::{created, entry, key, now, owned, patient, payload};

const ME: &str = "shop:owner:me";
const PROTOCOLS: [ProtocolVersion; 2] = [ProtocolVersion::RESP2, ProtocolVersion::RESP3];

fn client(url: &str, protocol: ProtocolVersion) -> Client {
    let info = url.into_connection_info().unwrap();
    Client::open(info.set_redis_settings(RedisConnectionInfo::default().set_protocol(protocol))).unwrap()
}

/// As a program makes it that wants to be served soon after a restart.
async fn managed(url: &str, protocol: ProtocolVersion) -> ConnectionManager {
    let config = ConnectionManagerConfig::new()
        .set_min_delay(Duration::from_millis(20))
        .set_max_delay(Duration::from_millis(100))
        .set_response_timeout(Some(Duration::from_secs(20)));
    ConnectionManager::new_with_config(client(url, protocol), config).await.unwrap()
}

async fn multiplexed(url: &str, protocol: ProtocolVersion) -> MultiplexedConnection {
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(20)));
    client(url, protocol).get_multiplexed_async_connection_with_config(&config).await.unwrap()
}

async fn store(connection: impl Into<RedisConnection>) -> Redis {
    Redis::with_connection(connection, patient()).await.unwrap()
}

#[tokio::test]
async fn every_rule_holds_on_each_kind_of_connection() {
    for protocol in PROTOCOLS {
        let Some(server) = Server::for_test() else { return };
        let by_manager = store(managed(&server.url(), protocol).await).await;
        let by_manager = super::contract::check(by_manager).await;
        let by_connection = store(multiplexed(&server.url(), protocol).await).await;
        let by_connection = super::contract::check(by_connection).await;
        assert!(by_manager == by_connection && by_manager > 20, "{by_manager}, {by_connection}");
    }
}

#[tokio::test]
async fn the_program_goes_on_using_its_connection() {
    let Some(server) = Server::for_test() else { return };
    let mut program = managed(&server.url(), ProtocolVersion::RESP2).await;
    let store = store(program.clone()).await;
    created(&store, &key("shop:{ab}:a"), &entry("1")).await;
    cmd("SET").arg("users").arg("7").exec_async(&mut program).await.unwrap();
    assert_eq!(cmd("GET").arg("shop:{ab}:a").query_async::<String>(&mut program).await.unwrap(), "1");
    assert_eq!(server.command(&["GET", "users"]), Ok("7".to_owned()));
    let clients = server.command(&["CLIENT", "LIST"]).unwrap();
    assert_eq!(
        clients.lines().filter(|line| line.contains("id=")).count(),
        2,
        "the other is redis-cli: {clients}"
    );
}

/// `CLIENT PAUSE` delays the answers, so that the calls are dropped while they wait.
#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_connection_to_the_program() {
    let Some(server) = Server::for_test() else { return };
    let mut program = multiplexed(&server.url(), ProtocolVersion::RESP2).await;
    let options = RedisOptions { timeout: Duration::from_millis(20), ..RedisOptions::default() };
    let store = Redis::with_connection(program.clone(), options).await.unwrap();
    server.command(&["CLIENT", "PAUSE", "500"]).unwrap();
    for _ in 0..5 {
        let error = store.load(&key("shop:{ab}:a"), None, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
    }
    assert_eq!(cmd("ECHO").arg("mine").query_async::<String>(&mut program).await.unwrap(), "mine");
}

#[tokio::test]
async fn a_manager_connects_to_the_new_primary_at_once() {
    for protocol in PROTOCOLS {
        let Some(mut pair) = Pair::start() else { return };
        let mut program = managed(&pair.url(), protocol).await;
        let store = store(program.clone()).await;
        let name = key("shop:{ab}:a");
        let seen = created(&store, &name, &owned("1", ME)).await;
        let options = GuardOptions { deadline: Duration::from_secs(20), ..GuardOptions::default() };
        let guard = Guard::new(Arc::new(store), options);
        let before = pair.connections();
        pair.change_roles();
        pair.address_follows();
        // The first try is refused by the former primary, and has the connection closed.
        let answer = guard.write(Write::swap(&name, &seen, &owned("2", ME)), now()).await.unwrap();
        assert!(matches!(answer, WriteOutcome::Saved(_)), "{protocol:?}: {answer:?}");
        assert_eq!(pair.connections(), before + 1);
        assert_eq!(pair.primary.command(&["GET", name.as_str()]), Ok("2".to_owned()));
        cmd("SET").arg("users").arg("7").exec_async(&mut program).await.unwrap();
    }
}

/// It cannot be replaced, so it is not closed: what the program reads over it goes on.
#[tokio::test]
async fn a_connection_without_a_manager_is_never_closed() {
    let Some(mut pair) = Pair::start() else { return };
    let mut program = multiplexed(&pair.url(), ProtocolVersion::RESP3).await;
    let store = store(program.clone()).await;
    let name = key("shop:{ab}:a");
    created(&store, &name, &entry("1")).await;
    pair.change_roles();
    for _ in 0..3 {
        let error = store.write(Write::remove(&name, None), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    }
    assert_eq!(cmd("GET").arg(name.as_str()).query_async::<String>(&mut program).await.unwrap(), "1");
}

#[tokio::test]
async fn a_manager_is_served_again_within_a_second_of_a_restart() {
    for protocol in PROTOCOLS {
        if Server::for_test().is_none() {
            return;
        }
        let mut server = Server::settings().durable().start().unwrap();
        let options = RedisOptions::default();
        let store = Redis::with_connection(managed(&server.url(), protocol).await, options).await.unwrap();
        created(&store, &key("session:a"), &entry("a")).await;
        server.kill();
        for _ in 0..5 {
            let error = store.load(&key("session:a"), None, now()).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
        }
        server.restart().unwrap();
        let start = Instant::now();
        while store.load(&key("session:a"), None, now()).await.is_err() {
            assert!(start.elapsed() < Duration::from_secs(1), "{protocol:?}");
        }
        assert_eq!(payload(&store, &key("session:a")).await.unwrap(), b"a");
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_in_one_line() {
    let Some(mut server) = Server::for_test() else { return };
    let connection = multiplexed(&server.url(), ProtocolVersion::RESP3).await;
    let options = RedisOptions { password: Some("hunter2".to_owned()), ..RedisOptions::default() };
    let said = refusal(connection.clone(), options).await;
    assert!(said.contains("RedisOptions::password") && said.contains("leave it out"), "{said}");
    server.kill();
    let said = refusal(connection, RedisOptions::default()).await;
    assert!(said.contains("check that it runs"), "{said}");
    let Some(cluster) = RedisCluster::for_test() else { return };
    let node = multiplexed(&cluster.nodes()[0].url(), ProtocolVersion::RESP2).await;
    let said = refusal(node, RedisOptions::default()).await;
    assert!(said.contains("Redis Cluster"), "{said}");
}

async fn refusal(connection: impl Into<RedisConnection>, options: RedisOptions) -> String {
    let error = Redis::with_connection(connection, options).await.unwrap_err();
    let words = format!("{error} {error:?} {:?}", error.source());
    assert!(!words.contains("hunter2") && !error.to_string().contains('\n'), "{words}");
    error.to_string()
}
