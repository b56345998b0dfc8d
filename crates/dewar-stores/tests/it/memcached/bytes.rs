//! What is stored in Memcached is the payload and nothing else.

use std::time::Duration;

use dewar::store::{Store, Touch, Write, WriteOutcome};
use dewar_servers::Memcached as Server;

use super::{created, entry, from_now, key, now, open, payload, set};

#[tokio::test]
async fn an_entry_is_its_payload_under_its_key_with_a_ttl_and_no_flags() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("session:b"), &entry("\r\nEN\r\n\0")).await;
    let answer = server.command("mg session:b v f t").unwrap();
    assert!(
        ["3600", "3601"].iter().any(|ttl| answer == format!("VA 7 f0 t{ttl}\r\n\r\nEN\r\n\0\r\n")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_another_program_set_is_read_and_replaced() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    set(&server, "session:a", 0, 100, "theirs");
    let found = store.load(&key("session:a"), None, now()).await.unwrap().unwrap();
    assert_eq!(found.payload, "theirs");
    let left = found.expires.unwrap().since(now());
    assert!(left > Duration::from_secs(95) && left <= Duration::from_secs(100), "{left:?}");
    set(&server, "session:a", 0, 100, "changed");
    let swap = entry("ours");
    let answer = store.write(Write::swap(&key("session:a"), &found.revision, &swap), now()).await.unwrap();
    let WriteOutcome::Changed(found) = answer else { panic!("{answer:?}") };
    assert_eq!(found.payload, "changed");
    let answer = store.write(Write::swap(&key("session:a"), &found.revision, &swap), now()).await.unwrap();
    assert!(matches!(answer, WriteOutcome::Saved(_)));
    assert_eq!(server.command("get session:a").unwrap(), "VALUE session:a 0 4\r\nours\r\nEND\r\n");
}

#[tokio::test]
async fn a_load_touches() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    set(&server, "session:c", 0, 100, "x");
    let touch =
        Touch { expires: from_now(Duration::from_secs(500)), if_before: from_now(Duration::from_secs(400)) };
    let found = store.load(&key("session:c"), Some(touch), now()).await.unwrap().unwrap();
    assert!(found.expires.unwrap() < from_now(Duration::from_secs(101)), "the expiry from before the touch");
    let left = server.command("mg session:c t").unwrap();
    assert!((497..=501).any(|seconds| left == format!("HD t{seconds}\r\n")), "{left}");
    assert!(store.load(&key("session:none"), Some(touch), now()).await.unwrap().is_none());
    assert_eq!(server.command("mg session:none").unwrap(), "EN\r\n");
}

/// A key is never taken for a command.
#[tokio::test]
async fn a_key_that_memcached_does_not_accept_is_hashed() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("session:kept"), &entry("kept")).await;
    let odd = ["", " ", "a b", "x\r\nflush_all\r\n", "x v\r\nmd session:kept", "\0", &"k".repeat(251)];
    for text in odd {
        created(&store, &key(text), &entry(text)).await;
    }
    for text in odd {
        assert_eq!(payload(&store, &key(text)).await.unwrap(), text.as_bytes());
    }
    assert_eq!(payload(&store, &key("session:kept")).await.unwrap(), b"kept");
    let longest = "k".repeat(250);
    created(&store, &key(&longest), &entry("x")).await;
    assert_eq!(server.command(&format!("mg {longest} v")).unwrap(), "VA 1\r\nx\r\n", "it is not hashed");
}

#[tokio::test]
async fn a_wrong_clock_of_the_program_does_no_harm_within_thirty_days() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let late = |by: i64| dewar::clock::UnixTime::from_seconds(now().seconds() - 3600 + by);
    let entry = dewar::store::Entry::new("x", Some(late(60)));
    let _ = store.write(Write::create(&key("session:late"), &entry), late(0)).await.unwrap();
    let left = server.command("mg session:late t").unwrap();
    assert!((58..=62).any(|seconds| left == format!("HD t{seconds}\r\n")), "{left}");
}
