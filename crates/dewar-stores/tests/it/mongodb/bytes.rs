//! What is stored in MongoDB, and what of Flask-Session's documents is read.

use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::store::{Entry, Lister, Store, StoreErrorKind, Trim, Write, WriteOutcome};
use dewar_servers::MongoDb as Server;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, DateTime, Document, doc};

use super::{client, collection, created, entry, from_now, key, now, open, open_flask, owned, payload};

/// `{"_permanent": True, "b": b"\xff\x00"}` in MessagePack: no text.
const RECORD: &[u8] = b"\x82\xaa_permanent\xc3\xa1b\xc4\x02\xff\x00";

fn binary(bytes: &[u8]) -> Bson {
    Binary { subtype: BinarySubtype::Generic, bytes: bytes.to_vec() }.into()
}

#[tokio::test]
async fn an_entry_is_a_document_and_nothing_else() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let sessions = collection(&server.url(), "sessions").await;
    let a = key("shop:{ab}:a");
    created(
        &store,
        &a,
        &Entry { expires: Some(UnixTime::from_millis(4_000_000_000_123)), ..owned("x", "ann") },
    )
    .await;
    let found = sessions.find_one(doc! {}).await.unwrap().unwrap();
    let fields: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(fields, ["_id", "payload", "revision", "expires", "owner", "joined"]);
    assert_eq!(found.get("payload"), Some(&binary(b"x")));
    assert_eq!(found.get("expires"), Some(&DateTime::from_millis(4_000_000_000_123).into()));
    assert_eq!((found.get_str("_id").unwrap(), found.get_str("owner").unwrap()), ("shop:{ab}:a", "ann"));

    let b = key("shop:{ab}:b");
    created(&store, &b, &Entry::new(RECORD, None)).await;
    let found = sessions.find_one(doc! { "_id": b.as_str() }).await.unwrap().unwrap();
    let fields: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(fields, ["_id", "payload", "revision"], "without an expiry no index removes it");
}

/// In a pipeline, a text that begins with a dollar sign would be a field or a variable.
#[tokio::test]
async fn texts_stand_for_themselves() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let flask = open_flask(&server.url()).await;
    for text in ["$payload", "$$ROOT", "$$REMOVE", "{\"$ne\": null}", "a.b", "\0", "ä\u{10FFFF}", "'; --"] {
        let (a, b) = (key(text), key(&format!("{text}2")));
        let seen = created(&store, &a, &owned(text, text)).await;
        let renamed =
            store.write(Write::rename(&a, &b, &seen, &owned(text, text), Some(&entry(text))), now()).await;
        let WriteOutcome::Saved(_) = renamed.unwrap() else { panic!("{text}") };
        for key in [&a, &b] {
            assert_eq!(payload(&store, key).await.unwrap(), text.as_bytes(), "{text}");
        }
        let owners = Store::owners(&store).unwrap();
        let found = owners.owned_by(text, now()).await.unwrap();
        assert_eq!(found.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), [b], "{text}");

        let seen = created(&flask, &a, &entry(text)).await;
        let swapped = flask.write(Write::swap(&a, &seen, &entry("$val")), now()).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Saved(_)));
        assert_eq!(payload(&flask, &a).await.unwrap(), b"$val", "{text}");
    }
}

#[tokio::test]
async fn large_sessions_are_stored_and_larger_ones_refused() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let flask = open_flask(&server.url()).await;
    for store in [&store as &dyn Store, &flask] {
        let (large, too_large) = (vec![7; 15 << 20], vec![7; 17 << 20]);
        let a = key("large");
        let written = store.write(Write::create(&a, &entry(large.clone())), now()).await.unwrap();
        let WriteOutcome::Saved(seen) = written else { panic!() };
        let error =
            store.write(Write::create(&key("larger"), &entry(too_large.clone())), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Refused, "{error:?}");
        let error = store.write(Write::swap(&a, &seen, &entry(too_large)), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Refused, "{error:?}");
        assert_eq!(store.load(&a, None, now()).await.unwrap().unwrap().payload, large);
    }
}

#[tokio::test]
async fn documents_of_flask_session_are_read_and_replaced() {
    let Some(server) = Server::for_test() else { return };
    let flask = open_flask(&server.url()).await;
    let sessions = collection(&server.url(), "flask").await;
    let end = DateTime::from_millis(from_now(Duration::from_secs(100)).millis());
    for (id, val, expiration) in [
        ("session:a", binary(RECORD), Bson::from(end)),
        ("session:never", binary(RECORD), Bson::Null),
        ("session:text", "text".into(), end.into()),
    ] {
        sessions
            .insert_one(doc! { "id": id, "val": val.clone(), "expiration": expiration.clone() })
            .await
            .unwrap();
        let found = flask.load(&key(id), None, now()).await.unwrap().unwrap();
        assert_eq!(found.payload, if id == "session:text" { b"text" } else { RECORD });
        assert_eq!(found.expires.is_none(), expiration == Bson::Null);
        let swapped =
            flask.write(Write::swap(&key(id), &found.revision, &entry("new")), now()).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Saved(_)), "{id}");
        let left = sessions.find_one(doc! { "id": id }).await.unwrap().unwrap();
        assert_eq!(left.get("val"), Some(&binary(b"new")));
        assert!(left.get_object_id("_id").is_ok() && left.get_datetime("expiration").is_ok());
    }
    assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 3);
}

/// Flask-Session does not look at the expiry itself, so an expired document must not be replaced by anything that it reads.
#[tokio::test]
async fn what_is_removed_is_no_document_any_more() {
    let Some(server) = Server::for_test() else { return };
    let flask = open_flask(&server.url()).await;
    let sessions = collection(&server.url(), "flask").await;
    let a = key("session:a");
    for by_swap in [true, false] {
        let seen = created(&flask, &a, &entry("x")).await;
        let gone = Entry::expired(now());
        let write = if by_swap { Write::swap(&a, &seen, &gone) } else { Write::remove(&a, None) };
        _ = flask.write(write, now()).await.unwrap();
        assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_renamed_document_of_flask_session_stays_one() {
    let Some(server) = Server::for_test() else { return };
    let flask = open_flask(&server.url()).await;
    let sessions = collection(&server.url(), "flask").await;
    let (a, b) = (key("session:a"), key("session:b"));
    let seen = created(&flask, &a, &entry("x")).await;
    let before = sessions.find_one(doc! {}).await.unwrap().unwrap();
    created(&flask, &b, &Entry::new("expired", Some(now()))).await;
    let renamed = flask.write(Write::rename(&a, &b, &seen, &entry("y"), None), now()).await.unwrap();
    assert!(matches!(renamed, WriteOutcome::Saved(_)));
    let after = sessions.find_one(doc! { "id": "session:b" }).await.unwrap().unwrap();
    assert_eq!((after.get("_id"), after.get("val")), (before.get("_id"), Some(&binary(b"y"))));
    assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 1);
}

#[tokio::test]
async fn the_index_removes_what_has_expired_and_nothing_else() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let flask = open_flask(&server.url()).await;
    for (store, name) in [(&store as &dyn Store, "sessions"), (&flask, "flask")] {
        for (id, expires) in [
            ("soon", Some(from_now(Duration::from_millis(1)))),
            ("later", Some(from_now(super::HOUR))),
            ("never", None),
        ] {
            _ = store.write(Write::create(&key(id), &Entry::new("x", expires)), now()).await.unwrap();
        }
        let sessions = collection(&server.url(), name).await;
        while sessions.count_documents(doc! {}).await.unwrap() > 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let left = store.lister().unwrap().list("", None, 9, now()).await.unwrap();
        let keys: Vec<_> = left.entries.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["later", "never"]);
    }
}

#[tokio::test]
async fn a_foreign_document_is_refused_and_kept() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let sessions = client(&server.url()).await.default_database().unwrap().collection::<Document>("sessions");
    sessions.insert_one(doc! { "_id": "shop:a", "title": "no session" }).await.unwrap();
    let a = key("shop:a");
    let error = store.load(&a, None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Refused);
    created(&store, &key("shop:b"), &owned("x", "ann")).await;
    for foreign in [
        doc! { "_id": "shop:c", "owner": "ann" },
        doc! { "_id": "shop:d", "owner": "ann", "revision": 1_i64, "payload": "text" },
        doc! { "_id": "shop:e", "owner": "ann", "revision": "1.0", "payload": binary(b"x") },
        doc! { "_id": 7, "owner": "ann", "revision": 1_i64, "payload": binary(b"x") },
    ] {
        sessions.insert_one(foreign).await.unwrap();
    }
    let page = store.list("", None, 9, now()).await.unwrap();
    assert_eq!(page.entries.len(), 1, "the others are left aside");
    let owners = Store::owners(&store).unwrap();
    assert_eq!(owners.trim("ann", 1, Trim::Newest, now()).await.unwrap(), []);
    assert_eq!(owners.remove_all("ann", None, now()).await.unwrap(), 1);
    assert_eq!(owners.trim("ann", 0, Trim::Oldest, now()).await.unwrap(), []);
    assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 5);
}
