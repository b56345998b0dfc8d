//! Many concurrent writes: the index of an owner has every entry of the owner.

use std::collections::HashSet;
use std::sync::Arc;

use dewar::store::{Entry, Owners, Store, StoreKey, Trim, Write, WriteOutcome};
use dewar_servers::{Chance, Redis as Server};
use dewar_stores::Redis;

use super::{entry, from_now, key, now, open, payload};

const OWNERS: [&str; 3] = ["shop:owner:a", "shop:owner:b", "shop:owner:c"];
const KEYS: usize = 8;

fn name(chance: &mut Chance) -> StoreKey {
    key(&format!("shop:{{ab}}:{}", chance.below(KEYS)))
}

fn random_entry(chance: &mut Chance, number: usize) -> Entry {
    let owner = OWNERS.get(chance.below(4)).map(|owner| (*owner).to_owned());
    Entry {
        owner,
        expires: Some(from_now(super::HOUR * (1 + chance.below(20) as u32))),
        ..entry(number.to_string())
    }
}

async fn act(store: &Redis, chance: &mut Chance, number: usize) {
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

/// The owners of the entries, as written beside them.
async fn truth(server: &Server, store: &Redis, owner: &str) -> HashSet<String> {
    let mut keys = HashSet::new();
    for number in 0..KEYS {
        let name = format!("shop:{{ab}}:{number}");
        let says = server.command(&["HGET", &format!("{name}:owner"), "owner"]).unwrap();
        if says == owner && payload(store, &key(&name)).await.is_some() {
            keys.insert(name);
        }
    }
    keys
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_is_missing_from_its_owners_index_whatever_is_done_concurrently() {
    let Some(server) = Server::for_test() else { return };
    // Two programs: what one sends without waiting comes between the calls of the other.
    let stores = [Arc::new(open(&server.url()).await), Arc::new(open(&server.url()).await)];
    for seed in 0..6_u64 {
        let tasks = (0..8).map(|task: u64| {
            let store = Arc::clone(&stores[task as usize % 2]);
            tokio::spawn(async move {
                let mut chance = Chance::new(seed * 8 + task);
                for number in 0..150 {
                    act(&store, &mut chance, task as usize * 1_000 + number).await;
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        for owner in OWNERS {
            let found = stores[0].owned_by(owner, now()).await.unwrap();
            let found: HashSet<_> = found.into_iter().map(|(key, _)| key.as_str().to_owned()).collect();
            assert_eq!(found, truth(&server, &stores[0], owner).await, "seed {seed}, {owner}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_changes_its_owner_can_be_touched_meanwhile() {
    let Some(server) = Server::for_test() else { return };
    let (writes, touches) = (open(&server.url()).await, open(&server.url()).await);
    let session = key("shop:{ab}:0");
    let owned = |number: usize| Entry {
        owner: Some(OWNERS[number % 2].to_owned()),
        expires: Some(from_now(super::HOUR)),
        ..entry(number.to_string())
    };
    let WriteOutcome::Saved(mut revision) =
        writes.write(Write::create(&session, &owned(0)), now()).await.unwrap()
    else {
        panic!("it was there");
    };
    let changes = async {
        for number in 1..2_000 {
            let swapped =
                writes.write(Write::swap(&session, &revision, &owned(number)), now()).await.unwrap();
            let WriteOutcome::Saved(next) = swapped else { panic!("no other client writes") };
            revision = next;
        }
    };
    // Far beyond the TTL that the index has, so that each touch has to name the owner.
    let touching = async {
        for _ in 0..1_000 {
            assert!(touches.touch(&session, from_now(super::HOUR * 100), now()).await.unwrap());
        }
    };
    tokio::join!(changes, touching);
}
