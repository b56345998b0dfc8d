//! The index of owners, beyond what the contract asks.

use std::time::Duration;

use dewar::store::{Entry, Owners, Store, Touch, Write, WriteOutcome};
use dewar_servers::Redis as Server;
use dewar_stores::Redis;

use super::{created, entry, from_now, key, now, open, open_without_owners, owned};

async fn keys(store: &Redis, owner: &str) -> Vec<String> {
    let entries = store.owned_by(owner, now()).await.unwrap();
    entries.into_iter().map(|(key, _)| key.as_str().to_owned()).collect()
}

/// A touch that did not update the index would leave a session that "log out everywhere" does not find.
#[tokio::test]
async fn the_index_expires_after_the_entry_however_it_is_touched() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let short = Entry { expires: Some(from_now(Duration::from_secs(10))), ..owned("x", "shop:owner:me") };
    created(&store, &key("session:a"), &short).await;
    let left = |name: &str| server.command(&["TTL", name]).unwrap().parse::<u64>().unwrap();
    let touch =
        Touch { expires: from_now(Duration::from_secs(500)), if_before: from_now(Duration::from_secs(400)) };
    store.load(&key("session:a"), Some(touch), now()).await.unwrap();
    for name in ["session:a", "session:a:owner", "shop:owner:me"] {
        assert!(left(name) >= 498, "{name}: {}", left(name));
    }
    store.touch(&key("session:a"), from_now(Duration::from_secs(900)), now()).await.unwrap();
    for name in ["session:a", "session:a:owner", "shop:owner:me"] {
        assert!(left(name) >= 898, "{name}: {}", left(name));
    }
}

#[tokio::test]
async fn the_index_has_the_longest_ttl_of_its_members() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("session:long"), &owned("x", "shop:owner:me")).await;
    let short = Entry { expires: Some(from_now(Duration::from_secs(10))), ..owned("x", "shop:owner:me") };
    created(&store, &key("session:short"), &short).await;
    let left = server.command(&["TTL", "shop:owner:me"]).unwrap().parse::<u64>().unwrap();
    assert!(left > 3500, "{left}");
    created(&store, &key("session:ever"), &Entry { expires: None, ..owned("x", "shop:owner:me") }).await;
    let left = server.command(&["TTL", "shop:owner:me"]).unwrap().parse::<u64>().unwrap();
    assert!(left > 100 * 365 * 86_400, "{left}");
}

#[tokio::test]
async fn what_another_program_deleted_is_not_shown() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    for name in ["session:a", "session:b", "session:c"] {
        created(&store, &key(name), &owned("x", "shop:owner:me")).await;
    }
    server.command(&["DEL", "session:b"]).unwrap();
    assert_eq!(keys(&store, "shop:owner:me").await, ["session:a", "session:c"]);
    assert_eq!(store.remove_all("shop:owner:me", None, now()).await.unwrap(), 2);
    let left = server.command(&["--raw", "EVAL", "return redis.call('KEYS', 'session:[ac]*')", "0"]).unwrap();
    assert_eq!(left, "", "only what belonged to session:b may be left");
}

#[tokio::test]
async fn nothing_is_left_of_an_entry_that_is_removed() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let is_empty = || server.command(&["DBSIZE"]) == Ok("0".to_owned());
    created(&store, &key("session:a"), &owned("x", "shop:owner:me")).await;
    assert_eq!(
        store.write(Write::remove(&key("session:a"), None), now()).await.unwrap(),
        WriteOutcome::Removed
    );
    super::eventually("the index has no member for what was removed", is_empty).await;
    created(&store, &key("session:a"), &owned("x", "shop:owner:me")).await;
    assert_eq!(
        store.write(Write::remove(&key("session:a"), Some(&entry("tombstone"))), now()).await.unwrap(),
        WriteOutcome::Removed
    );
    let has_no_owner = || server.command(&["KEYS", "*"]) == Ok("session:a".to_owned());
    super::eventually("a tombstone has no owner", has_no_owner).await;
}

#[tokio::test]
async fn the_index_is_optional() {
    let Some(server) = Server::for_test() else { return };
    let plain = open_without_owners(&server.url()).await;
    assert!(Store::owners(&plain).is_none());
    created(&plain, &key("session:b"), &owned("x", "shop:owner:me")).await;
    assert_eq!(server.command(&["DBSIZE"]), Ok("1".to_owned()));
}
