//! What is stored in Redis is what Flask-Session would have written, and the other way round.

use std::time::Duration;

use dewar::store::{Lister, Store, Touch, Write, WriteOutcome};
use dewar_servers::Redis as Server;
use redis::{Commands, Connection};

use super::{both, created, entry, from_now, key, now, payload};

/// `{"_permanent": True, "b": b"\xff\x00"}` in MessagePack: no text.
const RECORD: &[u8] = b"\x82\xaa_permanent\xc3\xa1b\xc4\x02\xff\x00";

fn raw(server: &Server) -> Connection {
    redis::Client::open(server.url()).unwrap().get_connection().unwrap()
}

#[tokio::test]
async fn a_record_of_flask_session_is_read_and_replaced() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        raw(&server).set_ex::<_, _, ()>("session:a", RECORD, 100).unwrap();
        let found = store.load(&key("session:a"), None, now()).await.unwrap().unwrap();
        assert_eq!(found.payload, RECORD);
        let left = found.expires.unwrap().since(now());
        assert!(left > Duration::from_secs(98) && left <= Duration::from_secs(100), "{left:?}");
        let answer =
            store.write(Write::swap(&key("session:a"), &found.revision, &entry("new")), now()).await.unwrap();
        assert!(matches!(answer, WriteOutcome::Saved(_)));
        assert_eq!(raw(&server).get::<_, Vec<u8>>("session:a").unwrap(), b"new");
    }
}

#[tokio::test]
async fn an_entry_is_its_payload_under_its_key_with_a_ttl_and_nothing_else() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        raw(&server).flushall::<()>().unwrap();
        created(&store, &key("session:b"), &entry(RECORD)).await;
        assert_eq!(raw(&server).get::<_, Vec<u8>>("session:b").unwrap(), RECORD);
        let left: i64 = raw(&server).pttl("session:b").unwrap();
        assert!((3_590_000..=3_600_000).contains(&left), "{left}");
        assert_eq!(raw(&server).keys::<_, Vec<String>>("*").unwrap(), ["session:b"]);
    }
}

#[tokio::test]
async fn a_load_touches() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        raw(&server).set_ex::<_, _, ()>("session:c", RECORD, 100).unwrap();
        let touch = Touch {
            expires: from_now(Duration::from_secs(500)),
            if_before: from_now(Duration::from_secs(400)),
        };
        let found = store.load(&key("session:c"), Some(touch), now()).await.unwrap().unwrap();
        assert!(
            found.expires.unwrap() < from_now(Duration::from_secs(101)),
            "the TTL from before the touch is returned"
        );
        let left: i64 = raw(&server).ttl("session:c").unwrap();
        assert!((498..=500).contains(&left), "{left}");
        let none = store.load(&key("session:none"), Some(touch), now()).await.unwrap();
        assert!(none.is_none() && !raw(&server).exists::<_, bool>("session:none").unwrap());
    }
}

/// Our clock is an hour slow: only differences matter.
#[tokio::test]
async fn a_wrong_clock_of_the_program_does_no_harm() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        let late = |by: i64| dewar::clock::UnixTime::from_seconds(now().seconds() - 3600 + by);
        let entry = dewar::store::Entry::new("x", Some(late(60)));
        let _ = store.write(Write::create(&key("session:late"), &entry), late(0)).await.unwrap();
        let left: i64 = raw(&server).ttl("session:late").unwrap();
        assert!((58..=60).contains(&left), "{left}");
        let removed = store.write(Write::remove(&key("session:late"), None), late(0)).await.unwrap();
        assert_eq!(removed, WriteOutcome::Removed);
    }
}

#[tokio::test]
async fn a_key_of_another_kind_is_refused_without_showing_it() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        raw(&server).del::<_, ()>("dewar:session:list").unwrap();
        raw(&server).rpush::<_, _, ()>("dewar:session:list", "x").unwrap();
        let error = store.load(&key("dewar:session:list"), None, now()).await.unwrap_err();
        assert_eq!(error.kind(), dewar::store::StoreErrorKind::Refused);
        assert!(
            format!("{error:?}").contains("WRONGTYPE")
                && !format!("{error:?}").contains("dewar:session:list")
        );
    }
}

#[tokio::test]
async fn scripts_that_the_server_has_lost_are_sent_again() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        let key = key("session:forgotten");
        let mut seen = created(&store, &key, &entry("0")).await;
        for round in 1..=3 {
            server.command(&["SCRIPT", "FLUSH"]).unwrap();
            match store.write(Write::swap(&key, &seen, &entry(round.to_string())), now()).await.unwrap() {
                WriteOutcome::Saved(revision) => seen = revision,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(payload(&store, &key).await.unwrap(), b"3");
        server.command(&["SCRIPT", "FLUSH"]).unwrap();
        assert_eq!(
            store.write(Write::remove(&key, Some(&entry("ended"))), now()).await.unwrap(),
            WriteOutcome::Removed
        );
        assert_eq!(payload(&store, &key).await.unwrap(), b"ended");
        assert_eq!(store.write(Write::remove(&key, None), now()).await.unwrap(), WriteOutcome::Removed);
    }
}

#[tokio::test]
async fn only_sessions_are_listed() {
    let Some(server) = Server::for_test() else { return };
    let [store, _] = both(&server).await;
    created(&store, &key("shop:{ab}:mine"), &super::owned("x", "shop:owner:me")).await;
    raw(&server).set::<_, _, ()>("other:1", "x").unwrap();
    raw(&server).rpush::<_, _, ()>("shop:list", "x").unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.list("shop:", after.as_ref(), 1, now()).await.unwrap();
        found.extend(page.entries.into_iter().map(|(key, _)| key));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    found.dedup();
    assert_eq!(found, [key("shop:{ab}:mine")]);
}
