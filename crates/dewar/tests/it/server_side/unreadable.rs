//! Records that cannot be read: a Flask program or another version wrote them, or they are damaged.

use std::sync::Arc;

use dewar::settings::{FlaskEncoding, FlaskRecords, RecordFormat};
use dewar::store::{Entry, Memory, Store, StoreKey, Write, WriteOutcome};
use dewar::{ServerSide, Session};

use super::{HOUR, START, Site};
use crate::counters::Counters;

/// A pickle that calls a function: Python reads it, we never do.
const CALLS_A_FUNCTION: &[u8] = b"\x80\x04\x95\x1b\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94\x8c\x05posix\x94\x8c\x06system\x94\x93\x94s.";

fn key() -> String {
    "k".repeat(43)
}

/// A site that shares its records with a Flask program, and a record of that program.
async fn site(payload: &'static [u8]) -> (Site, StoreKey) {
    let encoding = FlaskEncoding::Pickle;
    let records = RecordFormat::Flask(FlaskRecords { encoding, ..FlaskRecords::default() });
    let site = Site::flask(|s| ServerSide { records, ..s });
    let key = StoreKey::new(format!("session:{}", key()));
    let entry = Entry::new(payload, Some(START.plus(HOUR)));
    assert!(matches!(
        site.store.write(Write::create(&key, &entry), START).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
    (site, key)
}

async fn is_there(store: &Arc<Memory>, key: &StoreKey) -> bool {
    store.load(key, None, START).await.unwrap().is_some()
}

#[tokio::test]
async fn a_logout_ends_what_cannot_be_read() {
    for payload in [CALLS_A_FUNCTION, b"\x80\x05cut", b"", b"not a record"] {
        for logout in [Session::destroy, Session::clear] {
            let (site, key) = site(payload).await;
            let cookie = format!("session={}", self::key());
            assert!(site.request(&cookie).await.session.is_new());
            assert_eq!(site.visit(&cookie, logout).await, "", "the client removes its cookie");
            assert!(!is_there(&site.store, &key).await, "still open to the Flask program");
        }
    }
}

#[tokio::test]
async fn nothing_is_written_over_what_cannot_be_read() {
    for write in [|s: &Session| s.insert_value("k", 1), Session::regenerate_id, Session::rotate_id] {
        let (site, key) = site(CALLS_A_FUNCTION).await;
        let cookie = format!("session={}", self::key());
        let _ = site.visit(&cookie, write).await;
        let found = site.store.load(&key, None, START).await.unwrap().unwrap();
        assert_eq!(found.payload, CALLS_A_FUNCTION);
    }
}

#[tokio::test]
async fn a_login_works_beside_what_cannot_be_read() {
    let (site, _) = site(CALLS_A_FUNCTION).await;
    let cookie = format!("session={}", key());
    let new = site
        .visit(&cookie, |session| {
            session.regenerate_id();
            session.insert_value("user", "zoe");
        })
        .await;
    assert_ne!(new, cookie);
    assert_eq!(site.user(&new).await.as_deref(), Some("zoe"));
}

#[test]
fn records_that_cannot_be_read_are_counted() {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            let (site, _) = site(CALLS_A_FUNCTION).await;
            let _ = site.request(&format!("session={}", key())).await;
        });
    });
    assert_eq!(counters.value("dewar_session_events_total", "not_understood"), 1);
}

/// Records of our own that are damaged.
#[tokio::test]
async fn a_logout_ends_a_damaged_record_of_our_own() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let (key, stored) = site.stored().await.remove(0);
    let damaged = Entry::new(stored.payload.slice(..20), stored.expires);
    let _ = site.store.write(Write::swap(&key, &stored.revision, &damaged), START).await.unwrap();
    assert!(site.request(&cookie).await.session.is_new());
    assert_eq!(site.visit(&cookie, Session::destroy).await, "");
    let left = site.stored().await;
    assert!(left.iter().all(|(_, stored)| stored.payload != damaged.payload), "a tombstone, or nothing");
}
