//! What a person is told who gives the wrong URL, password or database.

use std::error::Error;
use std::time::Instant;

use dewar::store::{Store, StoreErrorKind, Write, Written};
use dewar_servers::{Redis as Server, RedisCluster};
use dewar_stores::{OpenError, Redis, RedisOptions};

use super::{created, entry, key, now, payload};

async fn refusal(options: RedisOptions) -> String {
    let error: OpenError = options.open().await.unwrap_err();
    let words = format!("{error} {error:?} {:?}", error.source());
    assert!(!words.contains("hunter2"), "{words}");
    assert!(!error.to_string().contains('\n'));
    error.to_string()
}

#[tokio::test]
async fn a_password_is_asked_for_and_never_shown() {
    if Server::for_test().is_none() {
        return;
    }
    let server = Server::settings().password("sesame").start().unwrap();
    let url = format!("redis://127.0.0.1:{}", server.port());
    let said = refusal(RedisOptions::new(&url)).await;
    assert!(said.contains("asks for a password"), "{said}");
    let said = refusal(RedisOptions::new(&url).password("hunter2")).await;
    assert!(said.contains("does not accept"), "{said}");
    let said = refusal(RedisOptions::new(&url).user("nobody").password("hunter2")).await;
    assert!(said.contains("does not accept"), "{said}");
    for options in [
        RedisOptions::new(server.url()),
        RedisOptions::new(&url).password("sesame"),
        RedisOptions::new(server.socket_url()),
        RedisOptions::new(format!("{url}/0?password=sesame")),
    ] {
        assert!(!format!("{options:?}").contains("sesame"));
        let store = options.open().await.unwrap();
        assert!(!format!("{store:?}").contains("sesame"));
        assert_eq!(payload(&store, &key("none")).await, None);
    }
}

#[tokio::test]
async fn a_database_is_chosen() {
    let Some(server) = Server::for_test() else { return };
    let store = Redis::open(&server.url().replace("/0", "/3")).await.unwrap();
    created(&store, &key("session:a"), &entry("three")).await;
    assert_eq!(server.command(&["-n", "3", "GET", "session:a"]), Ok("three".to_owned()));
    let socket = RedisOptions::new(format!("{}?db=3", server.socket_url())).open().await.unwrap();
    assert_eq!(payload(&socket, &key("session:a")).await.unwrap(), b"three");
    let said = refusal(RedisOptions::new(server.url()).database(99)).await;
    assert!(said.contains("no database 99"), "{said}");
}

#[tokio::test]
async fn where_no_server_is_is_said_at_once() {
    let Some(mut server) = Server::for_test() else { return };
    let (url, socket) = (server.url().replace("127", ":hunter2@127"), server.socket_url());
    server.kill();
    for url in [url, socket, "unix:///nowhere/redis.sock".to_owned()] {
        let start = Instant::now();
        let said = refusal(RedisOptions::new(url)).await;
        assert!(said.starts_with("no Redis answers at "), "{said}");
        assert!(start.elapsed().as_millis() < 500);
    }
    let said = refusal(RedisOptions::new("redis://:hunter2@nowhere.invalid")).await;
    assert!(said.contains("nowhere.invalid"), "{said}");
}

#[tokio::test]
async fn a_server_that_is_frozen_is_given_up() {
    let Some(server) = Server::for_test() else { return };
    server.stop().unwrap();
    let start = Instant::now();
    let said = refusal(RedisOptions::new(server.url())).await;
    assert!(said.contains("in time"), "{said}");
    assert!(start.elapsed().as_millis() < 2000, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_node_of_a_cluster_is_refused_at_once() {
    let Some(cluster) = RedisCluster::for_test() else { return };
    for node in cluster.nodes() {
        for options in [RedisOptions::new(node.url()), RedisOptions::new(node.url()).without_owners()] {
            let said = refusal(options).await;
            assert!(said.contains("Cluster") && said.contains("single server"), "{said}");
        }
    }
}

/// Who may not do more than keep sessions may still be told what the server is.
#[tokio::test]
async fn a_node_of_a_cluster_is_refused_whatever_its_user_may_do() {
    let Some(cluster) = RedisCluster::for_test() else { return };
    let node = &cluster.nodes()[0];
    let rights = ["~shop:*", "+@read", "+@write", "+@scripting", "+@connection"];
    node.command(&[&["ACL", "SETUSER", "web", "on", ">hunter2"], &rights[..]].concat()).unwrap();
    let said = refusal(RedisOptions::new(node.url()).user("web").password("hunter2")).await;
    assert!(said.contains("Cluster"), "{said}");
}

#[tokio::test]
async fn a_user_who_may_only_reach_the_sessions_is_enough_without_an_index() {
    let Some(server) = Server::for_test() else { return };
    let rights = ["~session:*", "+@read", "+@write", "+@scripting", "+@connection"];
    server.command(&[&["ACL", "SETUSER", "web", "on", ">hunter2"], &rights[..]].concat()).unwrap();
    let options = RedisOptions::new(server.url()).user("web").password("hunter2");
    let store = options.clone().without_owners().open().await.unwrap();
    let seen = created(&store, &key("session:a"), &entry("a")).await;
    _ = store.write(Write::swap(&key("session:a"), &seen, &entry("b")), now()).await.unwrap();
    assert_eq!(
        store.write(Write::remove(&key("session:a"), Some(&entry("c"))), now()).await.unwrap(),
        Written::Removed
    );
    let error = store.load(&key("elsewhere:a"), None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Refused);
    assert!(format!("{error:?}").contains("NOPERM") && !format!("{error:?}").contains("elsewhere"));
}

#[cfg(feature = "redis-tls")]
#[tokio::test]
async fn by_tls_the_certificate_is_looked_at() {
    if Server::for_test().is_none() {
        return;
    }
    let server = Server::settings().tls().password("sesame").start().unwrap();
    let url = server.tls_url().unwrap();
    let store = RedisOptions::new(&url).authority(server.authority()).open().await.unwrap();
    created(&store, &key("session:a"), &entry("secret")).await;
    let by_url = Redis::open(&format!("{url}?ca={}", server.authority().display())).await.unwrap();
    assert_eq!(payload(&by_url, &key("session:a")).await.unwrap(), b"secret");
    let said = refusal(RedisOptions::new(&url)).await;
    assert!(said.contains("certificate"), "{said}");
    let said = refusal(RedisOptions::new(&url).authority("/nowhere/ca.pem")).await;
    assert!(said.contains("/nowhere/ca.pem"), "{said}");
}
