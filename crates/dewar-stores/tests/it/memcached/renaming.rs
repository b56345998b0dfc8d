//! Renames, whose two entries may be on two servers.

use dewar::store::{Entry, Store, StoreErrorKind, StoreKey, Write, WriteOutcome};
use dewar_servers::Memcached as Server;
use dewar_stores::Memcached;

use super::{created, entry, key, now, open, payload, servers, unique, url_of};

/// A store on two servers, a key on the first, and keys on both.
struct Two {
    servers: Vec<Server>,
    store: Memcached,
    old: StoreKey,
    new: [StoreKey; 2],
}

impl Two {
    async fn new() -> Option<Self> {
        let servers = servers(2)?;
        let store = open(&url_of(&servers)).await;
        let (mut on_first, mut on_second) = (Vec::new(), Vec::new());
        for number in 0..40 {
            let key = key(&format!("session:{number}"));
            created(&store, &key, &entry("probe")).await;
            let found = servers[0].command(&format!("mg {}", key.as_str())).unwrap();
            if found == "EN\r\n" {
                on_second.push(key.clone())
            } else {
                on_first.push(key.clone())
            }
            let _ = store.write(Write::remove(&key, None), now()).await.unwrap();
        }
        let (old, new) = (on_first.pop()?, [on_first.pop()?, on_second.pop()?]);
        Some(Self { servers, store, old, new })
    }

    async fn rename(
        &self,
        new: &StoreKey,
        entries: [&Entry; 2],
        seen: &dewar::store::Revision,
    ) -> WriteOutcome {
        let [entry, tombstone] = entries;
        let write = Write::rename(&self.old, new, seen, entry, Some(tombstone));
        self.store.write(write, now()).await.unwrap()
    }

    async fn live(&self) -> Vec<StoreKey> {
        let mut live = Vec::new();
        for key in [&self.old, &self.new[0], &self.new[1]] {
            live.extend(
                payload(&self.store, key).await.filter(|found| found == b"session").map(|_| key.clone()),
            );
        }
        live
    }

    async fn clear(&self) {
        for key in [&self.old, &self.new[0], &self.new[1]] {
            let _ = self.store.write(Write::remove(key, None), now()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_session_moves_within_a_server_and_to_another() {
    let Some(two) = Two::new().await else { return };
    for new in &two.new {
        let seen = created(&two.store, &two.old, &entry("session")).await;
        let outcome = two.rename(new, [&entry("session"), &unique("tombstone")], &seen).await;
        assert!(matches!(outcome, WriteOutcome::Saved(_)), "{outcome:?}");
        assert_eq!(two.live().await, std::slice::from_ref(new));
        assert_eq!(payload(&two.store, &two.old).await.unwrap(), b"tombstone");
        two.clear().await;
    }
}

/// The answer was lost, and the caller asks again.
#[tokio::test]
async fn a_repeated_rename_knows_its_first_attempt() {
    let Some(two) = Two::new().await else { return };
    for new in &two.new {
        let seen = created(&two.store, &two.old, &entry("session")).await;
        let (moved, tombstone) = (unique("session"), unique("tombstone"));
        // The first attempt was interrupted before its second step.
        created(&two.store, new, &moved).await;
        for _ in 0..3 {
            let outcome = two.rename(new, [&moved, &tombstone], &seen).await;
            assert!(matches!(outcome, WriteOutcome::Saved(_)), "{outcome:?}");
            assert_eq!(two.live().await, std::slice::from_ref(new));
        }
        two.clear().await;
    }
}

#[tokio::test]
async fn a_logout_that_comes_first_wins() {
    let Some(two) = Two::new().await else { return };
    for new in &two.new {
        let seen = created(&two.store, &two.old, &entry("session")).await;
        let logout = two.store.write(Write::remove(&two.old, Some(&unique("logout"))), now()).await.unwrap();
        assert_eq!(logout, WriteOutcome::Removed);
        let outcome = two.rename(new, [&unique("session"), &unique("tombstone")], &seen).await;
        let WriteOutcome::Changed(found) = outcome else { panic!("{outcome:?}") };
        assert_eq!(found.payload, "logout");
        assert_eq!(two.live().await, []);
        two.clear().await;
    }
}

/// Nothing is done, and the session stays.
#[tokio::test]
async fn a_rename_to_a_server_that_is_down_changes_nothing() {
    let Some(mut two) = Two::new().await else { return };
    let seen = created(&two.store, &two.old, &entry("session")).await;
    two.servers[1].kill();
    let (moved, tombstone) = (unique("session"), unique("tombstone"));
    for _ in 0..3 {
        let write = Write::rename(&two.old, &two.new[1], &seen, &moved, Some(&tombstone));
        let error = two.store.write(write, now()).await.unwrap_err();
        assert!(matches!(error.kind(), StoreErrorKind::Unavailable | StoreErrorKind::NoAnswer), "{error:?}");
        assert_eq!(payload(&two.store, &two.old).await.unwrap(), b"session");
    }
}

/// The server of the old session is down: no second session remains.
#[tokio::test]
async fn a_rename_from_a_server_that_is_down_leaves_nothing() {
    let Some(mut two) = Two::new().await else { return };
    let seen = created(&two.store, &two.old, &entry("session")).await;
    two.servers[0].kill();
    two.store.load(&two.old, None, now()).await.unwrap_err();
    let (moved, tombstone) = (unique("session"), unique("tombstone"));
    let write = Write::rename(&two.old, &two.new[1], &seen, &moved, Some(&tombstone));
    let error = two.store.write(write, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert_eq!(payload(&two.store, &two.new[1]).await, None);
}

/// The caller goes away at any moment: the rename is done completely, or not at all.
#[tokio::test]
async fn a_dropped_rename_leaves_one_session() {
    let Some(two) = Two::new().await else { return };
    for polls in 0..6 {
        for new in &two.new {
            let seen = created(&two.store, &two.old, &entry("session")).await;
            let (moved, tombstone) = (unique("session"), unique("tombstone"));
            let write = Write::rename(&two.old, new, &seen, &moved, Some(&tombstone));
            super::dropping::polled(two.store.write(write, now()), polls).await;
            settled(&two).await;
            two.clear().await;
        }
    }
}

/// Waits until one session is left.
async fn settled(two: &Two) {
    for _ in 0..1000 {
        if two.live().await.len() == 1 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{} sessions are left", two.live().await.len());
}
