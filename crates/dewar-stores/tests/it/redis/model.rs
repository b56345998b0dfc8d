//! The same calls, by chance, on Redis and on the store in memory: the answers are the same.

use std::collections::HashMap;
use std::fmt::Debug;

use dewar::store::{
    Created, Entry, Memory, Renamed, Revision, Store, StoreError, StoreKey, Surplus, Swapped,
};
use dewar_servers::Redis as Server;
use dewar_stores::Redis;

use super::{entry, hence, key, now};

const KEYS: [&str; 5] = ["session:a", "session:b", "session:c", "session:d", "session:e"];
const OWNERS: [&str; 2] = ["me", "you"];

/// What is done, with revisions named by the payload that was seen.
#[derive(Debug, Clone)]
enum Step {
    Create(usize, Entry),
    Swap(usize, String, Entry),
    Rename(usize, usize, String, Entry, Option<Entry>),
    Touch(usize),
    Remove(usize, Option<Entry>),
    Of(usize),
    RemoveAll(usize, Option<usize>),
    Trim(usize, usize, Surplus),
}

/// A store, and the revision of every payload it has kept: no payload occurs twice.
struct Side<'a> {
    store: &'a dyn Store,
    revisions: HashMap<String, Revision>,
}

impl Side<'_> {
    async fn answer(&mut self, step: &Step) -> String {
        match self.done(step).await {
            Ok(answer) => answer,
            Err(error) => panic!("{step:?}: {error:?}"),
        }
    }

    async fn done(&mut self, step: &Step) -> Result<String, StoreError> {
        let store = self.store;
        let owners = store.owners().unwrap();
        Ok(match step {
            Step::Create(at, entry) => match store.create(&name(*at), entry, now()).await? {
                Created::Created(revision) => self.keep(entry, revision),
                other @ Created::AlreadyThere => shown(other),
            },
            Step::Swap(at, seen, entry) => {
                match store.swap(&name(*at), &self.seen(seen), entry, now()).await? {
                    Swapped::Swapped(revision) => self.keep(entry, revision),
                    Swapped::Changed(stored) => format!("changed {:?}", stored.payload),
                    Swapped::Gone => "gone".to_owned(),
                }
            }
            Step::Rename(old, new, seen, entry, tombstone) => {
                let (old, new, seen) = (name(*old), name(*new), self.seen(seen));
                match store.rename(&old, &new, &seen, entry, tombstone.as_ref(), now()).await? {
                    Renamed::Renamed(revision) => self.keep(entry, revision),
                    Renamed::Changed(stored) => format!("changed {:?}", stored.payload),
                    other => shown(other),
                }
            }
            Step::Touch(at) => shown(store.touch(&name(*at), hence(super::HOUR), now()).await?),
            Step::Remove(at, tombstone) => shown(store.remove(&name(*at), tombstone.as_ref(), now()).await?),
            Step::Of(owner) => {
                let entries = owners.of(OWNERS[*owner], now()).await?;
                shown(entries.iter().map(|(key, stored)| (key, &stored.payload)).collect::<Vec<_>>())
            }
            Step::RemoveAll(owner, except) => {
                shown(owners.remove_all(OWNERS[*owner], except.map(name).as_ref(), now()).await?)
            }
            Step::Trim(owner, at_most, surplus) => {
                let mut removed = owners.trim(OWNERS[*owner], *at_most, *surplus, now()).await?;
                removed.sort();
                shown(removed)
            }
        })
    }

    fn keep(&mut self, entry: &Entry, revision: Revision) -> String {
        self.revisions.insert(text(entry), revision);
        "done".to_owned()
    }

    /// For what only the other side of a bug has kept: a revision that fits nothing.
    fn seen(&self, payload: &str) -> Revision {
        self.revisions.get(payload).cloned().unwrap_or_else(|| Revision::of_payload("never".into()))
    }

    /// All that is there.
    async fn everything(&self) -> Vec<Option<bytes::Bytes>> {
        let mut all = Vec::new();
        for at in 0..KEYS.len() {
            all.push(self.store.load(&name(at), None, now()).await.unwrap().map(|stored| stored.payload));
        }
        all
    }
}

fn name(at: usize) -> StoreKey {
    key(KEYS[at])
}

fn shown(answer: impl Debug) -> String {
    format!("{answer:?}")
}

fn text(entry: &Entry) -> String {
    String::from_utf8(entry.payload.to_vec()).unwrap()
}

/// Steps by chance, from a seed.
struct Chance {
    state: u64,
    payloads: u64,
}

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % limit
    }

    fn entry(&mut self) -> Entry {
        self.payloads += 1;
        let owner = OWNERS.get(self.below(3)).map(|owner| (*owner).to_owned());
        Entry { owner, ..entry(format!("payload {}", self.payloads)) }
    }

    fn tombstone(&mut self) -> Option<Entry> {
        (self.below(2) == 0).then(|| Entry { owner: None, ..self.entry() })
    }

    /// Mostly what is there, at times what was.
    fn seen(&mut self, there: &[Option<bytes::Bytes>], at: usize) -> String {
        let there = there[at].as_ref().map(|payload| String::from_utf8(payload.to_vec()).unwrap());
        match there {
            Some(payload) if self.below(5) > 0 => payload,
            _ => format!("payload {}", 1 + self.below(self.payloads as usize + 1)),
        }
    }

    fn step(&mut self, there: &[Option<bytes::Bytes>]) -> Step {
        let (at, other, owner) = (self.below(KEYS.len()), self.below(KEYS.len()), self.below(OWNERS.len()));
        match self.below(16) {
            0..4 => Step::Create(at, self.entry()),
            4..7 => Step::Swap(at, self.seen(there, at), self.entry()),
            7..10 => Step::Rename(at, other, self.seen(there, at), self.entry(), self.tombstone()),
            10 => Step::Touch(at),
            11 => Step::Remove(at, self.tombstone()),
            12 => Step::RemoveAll(owner, (self.below(2) == 0).then_some(at)),
            13 => Step::Trim(owner, self.below(4), Surplus::Oldest),
            14 => Step::Trim(owner, self.below(4), Surplus::Newest),
            _ => Step::Of(owner),
        }
    }
}

#[tokio::test]
async fn redis_answers_as_the_memory_does() {
    let Some(server) = Server::for_test() else { return };
    for seed in 1..=20 {
        server.command(&["FLUSHALL"]).unwrap();
        let (redis, memory) = (Redis::open(&server.url()).await.unwrap(), Memory::new());
        let mut sides =
            [&redis as &dyn Store, &memory].map(|store| Side { store, revisions: HashMap::new() });
        let mut chance = Chance { state: seed, payloads: 0 };
        for number in 0..200 {
            let there = sides[0].everything().await;
            let step = chance.step(&there);
            let (ours, theirs) = (sides[0].answer(&step).await, sides[1].answer(&step).await);
            assert_eq!(ours, theirs, "seed {seed}, step {number}: {step:?}");
            for owner in 0..OWNERS.len() {
                let of = Step::Of(owner);
                assert_eq!(
                    sides[0].answer(&of).await,
                    sides[1].answer(&of).await,
                    "seed {seed}, step {number}: {step:?}"
                );
            }
        }
        assert_eq!(sides[0].everything().await, sides[1].everything().await);
    }
}
