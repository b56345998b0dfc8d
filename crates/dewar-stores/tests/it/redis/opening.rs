//! A wrong URL, password or database is reported in one line, without the password.

use std::error::Error;
#[cfg(feature = "redis-tls")]
use std::path::Path;
use std::time::Instant;

use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{Redis as Server, RedisCluster};
use dewar_stores::{OpenError, Redis, RedisOptions};

use super::{as_user, created, entry, key, now, open, patient, payload};

async fn refusal(url: &str, options: RedisOptions) -> String {
    let error: OpenError = Redis::open(url, options).await.unwrap_err();
    let words = format!("{error} {error:?} {:?}", error.source());
    assert!(!words.contains("hunter2"), "{words}");
    assert!(!error.to_string().contains('\n'));
    error.to_string()
}

fn with_password(password: &str) -> RedisOptions {
    RedisOptions { password: Some(password.to_owned()), ..RedisOptions::default() }
}

#[cfg(feature = "redis-tls")]
fn with_authority(file: &Path) -> RedisOptions {
    RedisOptions { ca_file: Some(file.to_owned()), ..RedisOptions::default() }
}

#[tokio::test]
async fn a_password_is_asked_for_and_never_shown() {
    if Server::for_test().is_none() {
        return;
    }
    let server = Server::settings().password("sesame").start().unwrap();
    let url = format!("redis://127.0.0.1:{}", server.port());
    let said = refusal(&url, RedisOptions::default()).await;
    assert!(said.contains("requires a password"), "{said}");
    let said = refusal(&url, with_password("hunter2")).await;
    assert!(said.contains("does not accept"), "{said}");
    let said = refusal(&url, as_user("nobody", "hunter2")).await;
    assert!(said.contains("does not accept"), "{said}");
    for (url, options) in [
        (server.url(), RedisOptions::default()),
        (url.clone(), with_password("sesame")),
        (server.socket_url(), RedisOptions::default()),
        (format!("{url}/0?password=sesame"), RedisOptions::default()),
    ] {
        assert!(!format!("{options:?}").contains("sesame"));
        let store = Redis::open(&url, options).await.unwrap();
        assert!(!format!("{store:?}").contains("sesame"));
        assert_eq!(payload(&store, &key("none")).await, None);
    }
}

#[tokio::test]
async fn a_database_is_chosen() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url().replace("/0", "/3")).await;
    created(&store, &key("session:a"), &entry("three")).await;
    assert_eq!(server.command(&["-n", "3", "GET", "session:a"]), Ok("three".to_owned()));
    let socket = open(&format!("{}?db=3", server.socket_url())).await;
    assert_eq!(payload(&socket, &key("session:a")).await.unwrap(), b"three");
    let options = RedisOptions { database: Some(3), ..patient() };
    let by_options = Redis::open(&server.url(), options).await.unwrap();
    assert_eq!(payload(&by_options, &key("session:a")).await.unwrap(), b"three");
    let options = RedisOptions { database: Some(99), ..patient() };
    let said = refusal(&server.url(), options).await;
    assert!(said.contains("no database 99"), "{said}");
}

#[tokio::test]
async fn a_missing_server_is_reported_at_once() {
    let Some(mut server) = Server::for_test() else { return };
    let (url, socket) = (server.url().replace("127", ":hunter2@127"), server.socket_url());
    server.kill();
    for url in [url, socket, "unix:///nowhere/redis.sock".to_owned()] {
        let start = Instant::now();
        let said = refusal(&url, RedisOptions::default()).await;
        assert!(said.starts_with("no Redis server answers at "), "{said}");
        assert!(start.elapsed().as_millis() < 500);
    }
    let said = refusal("redis://:hunter2@nowhere.invalid", RedisOptions::default()).await;
    assert!(said.contains("nowhere.invalid"), "{said}");
}

#[tokio::test]
async fn opening_a_frozen_server_times_out() {
    let Some(server) = Server::for_test() else { return };
    server.stop().unwrap();
    let start = Instant::now();
    let said = refusal(&server.url(), RedisOptions::default()).await;
    assert!(said.contains("in time"), "{said}");
    assert!(start.elapsed().as_millis() < 2000, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_node_of_a_cluster_is_refused_at_once() {
    let Some(cluster) = RedisCluster::for_test() else { return };
    for node in cluster.nodes() {
        for owner_index in [true, false] {
            let said = refusal(&node.url(), RedisOptions { owner_index, ..RedisOptions::default() }).await;
            assert!(said.contains("Cluster") && said.contains("single server"), "{said}");
        }
    }
}

/// A user who may do nothing but store sessions can still find out what the server is.
#[tokio::test]
async fn a_node_of_a_cluster_is_refused_even_if_the_user_has_few_rights() {
    let Some(cluster) = RedisCluster::for_test() else { return };
    let node = &cluster.nodes()[0];
    let rights = ["~shop:*", "+@read", "+@write", "+@scripting", "+@connection"];
    node.command(&[&["ACL", "SETUSER", "web", "on", ">hunter2"], &rights[..]].concat()).unwrap();
    let said = refusal(&node.url(), as_user("web", "hunter2")).await;
    assert!(said.contains("Cluster"), "{said}");
}

#[tokio::test]
async fn without_an_index_a_user_needs_rights_to_the_sessions_only() {
    let Some(server) = Server::for_test() else { return };
    let rights = ["~session:*", "+@read", "+@write", "+@scripting", "+@connection"];
    server.command(&[&["ACL", "SETUSER", "web", "on", ">hunter2"], &rights[..]].concat()).unwrap();
    let options = RedisOptions { owner_index: false, ..as_user("web", "hunter2") };
    let store = Redis::open(&server.url(), options).await.unwrap();
    let seen = created(&store, &key("session:a"), &entry("a")).await;
    _ = store.write(Write::swap(&key("session:a"), &seen, &entry("b")), now()).await.unwrap();
    assert_eq!(
        store.write(Write::remove(&key("session:a"), Some(&entry("c"))), now()).await.unwrap(),
        WriteOutcome::Removed
    );
    let error = store.load(&key("elsewhere:a"), None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Refused);
    assert!(format!("{error:?}").contains("NOPERM") && !format!("{error:?}").contains("elsewhere"));
}

#[cfg(feature = "redis-tls")]
#[tokio::test]
async fn over_tls_the_certificate_is_checked() {
    if Server::for_test().is_none() {
        return;
    }
    let server = Server::settings().tls().password("sesame").start().unwrap();
    let url = server.tls_url().unwrap();
    let store = Redis::open(&url, with_authority(&server.authority())).await.unwrap();
    created(&store, &key("session:a"), &entry("secret")).await;
    let by_url = open(&format!("{url}?ca={}", server.authority().display())).await;
    assert_eq!(payload(&by_url, &key("session:a")).await.unwrap(), b"secret");
    let said = refusal(&url, RedisOptions::default()).await;
    assert!(said.contains("certificate"), "{said}");
    let said = refusal(&url, with_authority("/nowhere/ca.pem".as_ref())).await;
    assert!(said.contains("/nowhere/ca.pem"), "{said}");
}
