//! The entries of an owner, while others change them.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dewar::store::{Entry, Owners, Store, StoreKey, Trim, Write, WriteOutcome};
use dewar_servers::{Chance, MongoDb as Server};
use dewar_stores::mongodb::MongoDb;

use super::{created, entry, from_now, key, now, open, owned, payload};

const OWNERS: [&str; 3] = ["shop:owner:a", "shop:owner:b", "shop:owner:c"];
const KEYS: usize = 8;

fn name(chance: &mut Chance) -> StoreKey {
    key(&format!("shop:{}", chance.below(KEYS)))
}

fn random_entry(chance: &mut Chance, number: usize) -> Entry {
    let owner = OWNERS.get(chance.below(4)).map(|owner| (*owner).to_owned());
    Entry { owner, ..entry(number.to_string()) }
}

async fn act(store: &MongoDb, chance: &mut Chance, number: usize) {
    let (at, other, new) = (name(chance), name(chance), random_entry(chance, number));
    let found = store.load(&at, None, now()).await.unwrap();
    let tombstone = (chance.below(2) == 0).then(|| entry("gone"));
    let write = match (chance.below(12), &found) {
        (0..4, None) => Write::create(&at, &new),
        (0..4, Some(found)) => Write::swap(&at, &found.revision, &new),
        (4..8, Some(found)) => Write::rename(&at, &other, &found.revision, &new, tombstone.as_ref()),
        (8, _) => {
            store.touch(&at, from_now(super::HOUR * 30), now()).await.unwrap();
            return;
        }
        (9, _) => Write::remove(&at, tombstone.as_ref()),
        (10, _) => {
            store.trim(OWNERS[0], 2, Trim::Oldest, now()).await.unwrap();
            return;
        }
        (11, _) => {
            store.remove_all(OWNERS[1], None, now()).await.unwrap();
            return;
        }
        _ => return,
    };
    let _ = store.write(write, now()).await.unwrap();
}

/// What is there once all is quiet: the owners' lists and the entries agree, and no rename is left half done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn owners_and_entries_agree_whatever_is_done_concurrently() {
    let Some(server) = Server::for_test() else { return };
    let stores = [Arc::new(open(&server.url()).await), Arc::new(open(&server.url()).await)];
    for seed in 0..6_u64 {
        let tasks = (0..8).map(|task: u64| {
            let store = Arc::clone(&stores[task as usize % 2]);
            tokio::spawn(async move {
                let mut chance = Chance::new(seed * 8 + task);
                for number in 0..100 {
                    act(&store, &mut chance, task as usize * 1_000 + number).await;
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let mut of_owners = HashSet::new();
        for owner in OWNERS {
            for (key, stored) in stores[0].owned_by(owner, now()).await.unwrap() {
                assert_eq!(payload(&*stores[1], &key).await.unwrap(), stored.payload);
                assert!(of_owners.insert(key), "one owner each");
            }
        }
        let sessions = super::collection(&server.url(), "sessions").await;
        for number in 0..KEYS {
            let key = key(&format!("shop:{number}"));
            let raw = sessions.find_one(mongodb::bson::doc! { "_id": key.as_str() }).await.unwrap();
            let has_owner = raw.is_some_and(|raw| raw.get("owner").is_some());
            let is_there = payload(&*stores[0], &key).await.is_some();
            assert_eq!(has_owner && is_there, of_owners.contains(&key), "seed {seed}, {key:?}");
        }
    }
}

/// A session that gets new ids all the time is never missed: under one of its keys it is always there. A hundred a second are far more than logins do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_sessions_of_an_owner_end_while_their_ids_are_renewed() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    for round in 0..10 {
        let is_over = Arc::new(AtomicBool::new(false));
        let tasks: Vec<_> = (0..4)
            .map(|session| {
                tokio::spawn(renew(
                    store.clone(),
                    round * 4 + session,
                    Duration::from_millis(10),
                    Arc::clone(&is_over),
                ))
            })
            .collect();
        while store.owned_by("ann", now()).await.unwrap().len() < 4 {}
        store.remove_all("ann", None, now()).await.unwrap();
        is_over.store(true, Ordering::SeqCst);
        for task in tasks {
            task.await.unwrap();
        }
        assert!(store.owned_by("ann", now()).await.unwrap().is_empty(), "round {round}");
    }
}

/// As fast as the server can, which is faster than a removal finds them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_sessions_of_an_owner_end_however_fast_their_ids_are_renewed() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    for round in 0..10 {
        let is_over = Arc::new(AtomicBool::new(false));
        let renewals = (0..4)
            .map(|session| renew(store.clone(), round * 4 + session, Duration::ZERO, Arc::clone(&is_over)));
        let tasks: Vec<_> = renewals.map(tokio::spawn).collect();
        for session in 0..4 {
            let first = key(&format!("session:{}:0", round * 4 + session));
            while payload(&store, &first).await.as_deref() != Some(b"gone") {}
        }
        store.remove_all("ann", None, now()).await.unwrap();
        is_over.store(true, Ordering::SeqCst);
        for task in tasks {
            task.await.unwrap();
        }
        assert!(store.owned_by("ann", now()).await.unwrap().is_empty(), "round {round}");
    }
}

/// Gives a session new ids until it is gone.
async fn renew(store: MongoDb, session: usize, pause: Duration, is_over: Arc<AtomicBool>) {
    let mut at = key(&format!("session:{session}:0"));
    let mut seen = created(&store, &at, &owned("0", "ann")).await;
    for number in 1.. {
        let next = key(&format!("session:{session}:{number}"));
        let (new, tombstone) = (owned("x", "ann"), entry("gone"));
        match store.write(Write::rename(&at, &next, &seen, &new, Some(&tombstone)), now()).await.unwrap() {
            WriteOutcome::Saved(revision) => (at, seen) = (next, revision),
            WriteOutcome::Gone => return,
            other => panic!("{other:?}"),
        }
        tokio::time::sleep(pause).await;
        assert!(!is_over.load(Ordering::SeqCst) || store.load(&at, None, now()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_limit_is_kept_by_concurrent_logins() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let logins = (0..12).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            created(&store, &key(&format!("session:{number}")), &owned("x", "ann")).await;
            store.trim("ann", 3, Trim::Oldest, now()).await.unwrap().len()
        })
    });
    let mut removed = 0;
    for login in logins.collect::<Vec<_>>() {
        removed += login.await.unwrap();
    }
    assert_eq!((removed, store.owned_by("ann", now()).await.unwrap().len()), (9, 3));
}
