//! A refused write has done nothing, and rights to one pattern of keys are enough.

use dewar::store::{Lister, Owners, Store, StoreError, StoreErrorKind, Trim, Write, WriteOutcome};
use dewar_servers::Redis as Server;
use dewar_stores::Redis;

use super::{as_user, created, entry, key, now, open, owned, payload};

const ME: &str = "shop:owner:me";

/// Opens the store as a user with these rights.
async fn open_as(server: &Server, rights: &[&str]) -> Redis {
    server.command(&[&["ACL", "SETUSER", "web", "reset", "on", ">hunter2"], rights].concat()).unwrap();
    Redis::open(&server.url(), as_user("web", "hunter2")).await.unwrap()
}

const RIGHTS: [&str; 5] = ["+@read", "+@write", "+@scripting", "+@connection", "+time"];

fn refusal(answer: Result<impl std::fmt::Debug, StoreError>, code: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Refused);
    let words = format!("{error:?} {}", std::error::Error::source(&error).unwrap());
    assert!(words.contains(code) && words.contains(":owner") && words.contains("shop:owner:*"), "{words}");
}

/// Every write that would give the entry an owner is refused, and does nothing.
async fn nothing_is_done(server: &Server, store: &Redis, code: &str) {
    let (a, b) = (key("shop:{ab}:a"), key("shop:{ab}:b"));
    let seen = created(store, &a, &entry("anonymous")).await;
    refusal(store.write(Write::create(&b, &owned("login", ME)), now()).await, code);
    refusal(store.write(Write::swap(&a, &seen, &owned("login", ME)), now()).await, code);
    refusal(
        store.write(Write::rename(&a, &b, &seen, &owned("login", ME), Some(&entry("gone"))), now()).await,
        code,
    );
    assert_eq!(payload(store, &a).await.unwrap(), b"anonymous");
    assert_eq!(payload(store, &b).await, None);
    let owners = server.command(&["EXISTS", "shop:{ab}:a:owner", "shop:{ab}:b:owner"]);
    assert_eq!(owners, Ok("0".to_owned()));
}

#[tokio::test]
async fn a_login_that_is_refused_for_missing_rights_has_done_nothing() {
    let Some(server) = Server::for_test() else { return };
    let store = open_as(&server, &[&["~shop:{*"], &RIGHTS[..]].concat()).await;
    nothing_is_done(&server, &store, "NOPERM").await;
}

#[tokio::test]
async fn a_login_that_finds_a_key_of_another_program_has_done_nothing() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    server.command(&["SET", ME, "a foreign string"]).unwrap();
    nothing_is_done(&server, &store, "WRONGTYPE").await;
    server.command(&["FLUSHALL"]).unwrap();
    for name in ["shop:{ab}:a:owner", "shop:{ab}:b:owner"] {
        server.command(&["SET", name, "a foreign string"]).unwrap();
    }
    let a = key("shop:{ab}:a");
    let seen = created(&store, &a, &entry("anonymous")).await;
    refusal(store.write(Write::swap(&a, &seen, &owned("login", ME)), now()).await, "WRONGTYPE");
    refusal(store.write(Write::create(&key("shop:{ab}:b"), &owned("login", ME)), now()).await, "WRONGTYPE");
    assert_eq!(server.command(&["EXISTS", ME, "shop:{ab}:b"]), Ok("0".to_owned()));
    assert_eq!(payload(&store, &a).await.unwrap(), b"anonymous");
}

/// A key that is not an entry is neither removed nor given a TTL.
#[tokio::test]
async fn an_index_is_not_removed_like_an_entry() {
    let Some(server) = Server::for_test() else { return };
    for store in super::both(&server).await {
        server.command(&["ZADD", ME, "1", "7200 shop:{ab}:a"]).unwrap();
        for answer in [
            store.write(Write::remove(&key(ME), None), now()).await.map(drop),
            store.write(Write::remove(&key(ME), Some(&entry("gone"))), now()).await.map(drop),
            store.touch(&key(ME), super::from_now(super::HOUR), now()).await.map(drop),
        ] {
            assert_eq!(answer.unwrap_err().kind(), StoreErrorKind::Refused);
        }
        assert_eq!(server.command(&["TTL", ME]), Ok("-1".to_owned()));
    }
}

#[tokio::test]
async fn one_pattern_of_keys_is_enough() {
    let Some(server) = Server::for_test() else { return };
    // Without permission to ask for the server's time, the program's clock is used.
    for rights in [&RIGHTS[..], &RIGHTS[..4]] {
        server.command(&["FLUSHALL"]).unwrap();
        let store = open_as(&server, &[&["~shop:*"], rights].concat()).await;
        let (a, b, c) = (key("shop:{ab}:a"), key("shop:{ab}:b"), key("shop:{cd}:c"));
        let seen = created(&store, &a, &entry("anonymous")).await;
        let answer =
            store.write(Write::rename(&a, &b, &seen, &owned("login", ME), Some(&entry("gone"))), now()).await;
        let WriteOutcome::Saved(seen) = answer.unwrap() else { panic!() };
        let answer = store.write(Write::swap(&b, &seen, &owned("again", ME)), now()).await.unwrap();
        assert!(matches!(answer, WriteOutcome::Saved(_)));
        assert!(matches!(
            store.write(Write::create(&c, &owned("other", ME)), now()).await.unwrap(),
            WriteOutcome::Saved(_)
        ));
        assert!(store.touch(&c, super::from_now(100 * super::HOUR), now()).await.unwrap());
        assert_eq!(store.owned_by(ME, now()).await.unwrap().len(), 2);
        assert_eq!(store.trim(ME, 1, Trim::Oldest, now()).await.unwrap(), [b]);
        assert!(store.list("shop:", None, 100, now()).await.is_ok());
        assert_eq!(store.remove_all(ME, None, now()).await.unwrap(), 1);
        assert_eq!(store.write(Write::remove(&a, None), now()).await.unwrap(), WriteOutcome::Removed);
    }
    let elsewhere = Redis::open(&server.url(), as_user("web", "hunter2")).await.unwrap();
    let error = elsewhere.load(&key("elsewhere:a"), None, now()).await.unwrap_err();
    assert!(!format!("{error:?}").contains("elsewhere"));
}
