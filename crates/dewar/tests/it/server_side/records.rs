//! The records in the store, also damaged ones.

use std::collections::HashMap;

use dewar::Session;
use dewar::error::ErrorKind;
use dewar::inspect::{ParsedRecord, RecordKind};
use dewar::store::{Bytes, Entry, Store, StoreKey, Stored, Write, WriteOutcome};
use dewar::value::{Map, Value};

use super::{Site, held};

async fn only_entry(site: &Site) -> (StoreKey, Stored) {
    site.stored().await.remove(0)
}

async fn put(site: &Site, key: &StoreKey, payload: impl Into<Bytes>) {
    let stored = site.store.load(key, None, site.now()).await.unwrap().unwrap();
    let entry = Entry::new(payload, stored.expires);
    assert!(matches!(
        site.store.write(Write::swap(key, &stored.revision, &entry), site.now()).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
}

/// Reading the store is not enough to take over a session.
#[tokio::test]
async fn the_store_never_sees_the_id() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let id = cookie.split('=').nth(1).unwrap();
    let (key, stored) = only_entry(&site).await;
    assert!(!key.as_str().contains(id) && key.as_str().starts_with("shop:{"));
    assert!(!stored.payload.windows(id.len()).any(|part| part == id.as_bytes()));
    assert!(!format!("{key:?}{stored:?}{:?}", site.request(&cookie).await.session).contains(id));
}

/// The tag of an id, by which a cluster keeps its sessions together, stays the same through every new id; all else is random.
#[tokio::test]
async fn the_store_sees_two_characters_of_an_id_and_no_more() {
    let site = Site::new(|s| s);
    let mut cookie = site.login().await;
    for _ in 0..20 {
        let id = cookie.split_once('=').unwrap().1.to_owned();
        assert_eq!(id.len(), 45);
        let (tag, chance) = id.split_at(2);
        let seen: String = site
            .stored()
            .await
            .iter()
            .map(|(key, stored)| format!("{} {:x}\n", key.as_str(), stored.payload))
            .collect();
        assert!(seen.lines().all(|entry| entry.starts_with(&format!("shop:{{{tag}}}:"))), "{seen}");
        let parts = chance.as_bytes().windows(6).map(|part| std::str::from_utf8(part).unwrap());
        assert!(parts.into_iter().all(|part| !seen.contains(part)));
        cookie = site.visit(&cookie, Session::regenerate_id).await;
        assert_eq!(cookie.matches(chance).count(), 0);
    }
}

#[tokio::test]
async fn a_record_says_what_it_is() {
    let site = Site::new(|s| s);
    let _ = site
        .visit("", |session| {
            session.insert_value("user", "zoe");
            session.set_owner("user:42");
            session.set_device("Firefox", "Lisbon");
        })
        .await;
    let (key, stored) = only_entry(&site).await;
    let record = ParsedRecord::read(&key, &stored.payload).unwrap();
    assert_eq!(record.kind, RecordKind::Session);
    assert_eq!(record.data, Map::from([("user", Value::from("zoe"))]));
    assert_eq!((record.created, record.written, record.is_permanent), (site.now(), site.now(), false));
    assert_eq!(record.owner.unwrap(), "user:42");
    assert_eq!(record.device.address, "Lisbon");
}

/// For tools that read a store.
#[tokio::test]
async fn the_store_key_is_known_while_there_is_a_record() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let fresh = site.request("").await;
        assert_eq!(site.manager.store_key(&fresh.session), None, "not stored yet");
        let cookie = site.login().await;
        let request = site.request(&cookie).await;
        let (key, _) = only_entry(&site).await;
        assert_eq!(site.manager.store_key(&request.session), Some(key.clone()));
        assert!(!request.session.is_accessed(), "no look");

        request.session.regenerate_id();
        assert_eq!(site.manager.store_key(&request.session), Some(key.clone()), "until it is saved");
        let _ = request.end().await;
        let moved = site.manager.store_key(&request.session).unwrap();
        assert!(moved != key && site.stored().await.iter().any(|(key, _)| *key == moved));
        request.session.destroy();
        let _ = request.end().await;
        assert_eq!(site.manager.store_key(&request.session), None, "not any more");
    }
    let keys = dewar::SecretKeys::new("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5").unwrap();
    let in_cookies = dewar::SessionManager::client_side(dewar::ClientSide::new(keys)).unwrap();
    let session = in_cookies.open([]).await.unwrap();
    assert_eq!(in_cookies.store_key(&session), None);
}

#[tokio::test]
async fn a_tombstone_names_the_successor_if_there_is_one() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let (old, _) = only_entry(&site).await;
    let cookie = site.visit(&cookie, Session::regenerate_id).await;
    let successors = || async {
        let stored = site.stored().await;
        let records =
            stored.iter().map(|(key, entry)| (key, ParsedRecord::read(key, &entry.payload).unwrap()));
        let tombstones = records.filter(|(_, record)| record.kind == RecordKind::Tombstone);
        tombstones.map(|(key, record)| (key.clone(), record.successor)).collect::<HashMap<_, _>>()
    };
    let new = successors().await[&old].clone().unwrap();
    assert!(site.stored().await.iter().any(|(key, _)| *key == new));
    let _ = site.visit(&cookie, Session::destroy).await;
    assert_eq!(successors().await[&new], None);
}

#[tokio::test]
async fn any_flipped_bit_and_any_cut_is_a_fresh_session_and_no_error() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let (key, stored) = only_entry(&site).await;
    let whole = stored.payload.to_vec();
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        put(&site, &key, flipped).await;
        assert!(site.request(&cookie).await.session.is_new(), "bit {bit}");
    }
    for length in 0..whole.len() {
        put(&site, &key, whole[..length].to_vec()).await;
        assert!(site.request(&cookie).await.session.is_new(), "{length} bytes");
    }
    put(&site, &key, whole).await;
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
}

/// An engine that returns the record of another key, or an attacker who copied it there.
#[tokio::test]
async fn a_record_under_another_key_is_refused() {
    let site = Site::new(|s| s);
    let zoe = site.login().await;
    let (_, of_zoe) = only_entry(&site).await;
    let adam = site.visit("", |s| s.insert_value("user", "adam")).await;
    let entries = site.stored().await;
    let (of_adam, _) = entries.iter().find(|(_, stored)| stored.payload != of_zoe.payload).unwrap();
    put(&site, of_adam, of_zoe.payload).await;
    assert_eq!(site.user(&adam).await, None);
    assert_eq!(site.user(&zoe).await.as_deref(), Some("zoe"));
}

/// A record that cannot be read is left for the operator; a new session gets an id of its own.
#[tokio::test]
async fn an_unreadable_record_is_neither_overwritten_nor_removed() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.login().await;
        let (key, _) = only_entry(&site).await;
        put(&site, &key, &b"\xc1garbage"[..]).await;
        let new = site.visit(&cookie, |s| s.insert_value("user", "adam")).await;
        assert_ne!(new, cookie);
        let left = site.store.load(&key, None, site.now()).await.unwrap().unwrap();
        assert_eq!(left.payload, &b"\xc1garbage"[..]);
    }
}

/// Damage between open and save is an error, and is not overwritten.
#[tokio::test]
async fn a_record_that_breaks_under_a_request_is_an_error() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let request = site.request(&cookie).await;
    let (key, _) = only_entry(&site).await;
    put(&site, &key, &b"garbage"[..]).await;
    request.session.insert_value("k", 1);
    let error = site.manager.save(&request.session).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_record_may_have_64_kib_and_says_what_is_large() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let request = site.request(&cookie).await;
    request.session.insert_value("blob", "x".repeat(70_000).as_str());
    let error = site.manager.save(&request.session).await.unwrap_err();
    let ErrorKind::TooLarge { size, limit, largest_keys } = error.kind() else { panic!("{error}") };
    assert!(*size > *limit && *limit == 65_536);
    assert_eq!(largest_keys, &["blob", "user"]);
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"), "what was there is as it was");
    let held = held(&site.request(&cookie).await.end().await);
    assert_eq!(held, None);
    let _ = site.visit(&cookie, Session::destroy).await;
}
