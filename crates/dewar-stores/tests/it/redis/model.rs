//! The same random calls on Redis and on a list in memory: the answers are the same.

use std::fmt::Debug;

use dewar::store::{Entry, Owners, Revision, Store, StoreError, StoreKey, Trim, Write, WriteOutcome};
use dewar_servers::Redis as Server;
use dewar_stores::Redis;

use super::{entry, from_now, key, now, open};

const KEYS: [&str; 5] = ["session:a", "session:b", "session:c", "session:d", "session:e"];
const OWNERS: [&str; 2] = ["me", "you"];

/// A call. The payload that was seen is text.
#[derive(Debug, Clone)]
enum Step {
    Create(usize, Entry),
    Swap(usize, String, Entry),
    Rename(usize, usize, String, Entry, Option<Entry>),
    /// With this number of hours.
    Touch(usize, u32),
    Remove(usize, Option<Entry>),
    Of(usize),
    RemoveAll(usize, Option<usize>),
    Trim(usize, usize, Trim),
}

/// What Redis answers.
async fn answer(store: &Redis, step: &Step) -> Result<String, StoreError> {
    Ok(match step {
        Step::Create(at, entry) => shown_write(store.write(Write::create(&name(*at), entry), now()).await?),
        Step::Swap(at, seen, entry) => {
            shown_write(store.write(Write::swap(&name(*at), &revision(seen), entry), now()).await?)
        }
        Step::Rename(old, new, seen, entry, tombstone) => {
            let (old, new, seen) = (name(*old), name(*new), revision(seen));
            let rename = Write::rename(&old, &new, &seen, entry, tombstone.as_ref());
            shown_write(store.write(rename, now()).await?)
        }
        Step::Remove(at, tombstone) => {
            shown_write(store.write(Write::remove(&name(*at), tombstone.as_ref()), now()).await?)
        }
        Step::Touch(at, hours) => {
            shown(store.touch(&name(*at), from_now(super::HOUR * *hours), now()).await?)
        }
        Step::Of(owner) => {
            let entries = store.owned_by(OWNERS[*owner], now()).await?;
            shown(entries.iter().map(|(key, stored)| (key.as_str(), &stored.payload)).collect::<Vec<_>>())
        }
        Step::RemoveAll(owner, except) => {
            shown(store.remove_all(OWNERS[*owner], except.map(name).as_ref(), now()).await?)
        }
        Step::Trim(owner, at_most, trim) => {
            let mut removed = store.trim(OWNERS[*owner], *at_most, *trim, now()).await?;
            removed.sort();
            shown(removed.iter().map(StoreKey::as_str).collect::<Vec<_>>())
        }
    })
}

/// The expected state: each key with its entry, and when the entry got its owner.
#[derive(Default)]
struct Model {
    entries: [Option<(Entry, u64)>; KEYS.len()],
    arrivals: u64,
}

impl Model {
    fn answer(&mut self, step: &Step) -> String {
        match step {
            Step::Create(at, _) if self.entries[*at].is_some() => "taken".to_owned(),
            Step::Create(at, entry) => self.put(*at, entry, None),
            Step::Swap(at, seen, entry) => {
                self.compared(*at, seen).unwrap_or_else(|place| self.put(*at, entry, place))
            }
            Step::Rename(old, new, seen, entry, tombstone) => {
                self.compared(*old, seen).unwrap_or_else(|place| {
                    if self.entries[*new].is_some() {
                        return "taken".to_owned();
                    }
                    self.entries[*old] = tombstone.clone().map(|tombstone| (tombstone, 0));
                    self.put(*new, entry, place)
                })
            }
            Step::Touch(at, _) => shown(self.entries[*at].is_some()),
            Step::Remove(at, tombstone) => {
                let there = self.entries[*at].is_some();
                self.entries[*at] = tombstone.clone().filter(|_| there).map(|tombstone| (tombstone, 0));
                if there { "removed".to_owned() } else { "gone".to_owned() }
            }
            Step::Of(owner) => {
                let payload = |at: usize| &self.entries[at].as_ref().unwrap().0.payload;
                shown(self.of(*owner).into_iter().map(|at| (KEYS[at], payload(at))).collect::<Vec<_>>())
            }
            Step::RemoveAll(owner, except) => {
                let removed: Vec<usize> =
                    self.of(*owner).into_iter().filter(|at| Some(*at) != *except).collect();
                shown(self.drop_all(&removed).len())
            }
            Step::Trim(owner, at_most, trim) => {
                let of = self.of(*owner);
                let trim = match trim {
                    Trim::Oldest => &of[..of.len().saturating_sub(*at_most)],
                    Trim::Newest => &of[of.len().min(*at_most)..],
                };
                shown(self.drop_all(trim))
            }
        }
    }

    /// The answer if the write is not done; otherwise the previous owner of the entry, and when it got that owner.
    fn compared(&self, at: usize, seen: &str) -> Result<String, Option<(Option<String>, u64)>> {
        match &self.entries[at] {
            None => Ok("gone".to_owned()),
            Some((entry, _)) if entry.payload != seen.as_bytes() => Ok(shown(&entry.payload)),
            Some((entry, place)) => Err(Some((entry.owner.clone(), *place))),
        }
    }

    fn put(&mut self, at: usize, entry: &Entry, before: Option<(Option<String>, u64)>) -> String {
        self.arrivals += 1;
        let place = before.filter(|(owner, _)| *owner == entry.owner).map(|(_, place)| place);
        self.entries[at] = Some((entry.clone(), place.unwrap_or(self.arrivals)));
        "done".to_owned()
    }

    fn of(&self, owner: usize) -> Vec<usize> {
        let is_of = |entry: &Entry| entry.owner.as_deref() == Some(OWNERS[owner]);
        let mut found: Vec<(u64, usize)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            found.extend(entry.iter().filter(|(entry, _)| is_of(entry)).map(|(_, place)| (*place, at)));
        }
        found.sort_unstable();
        found.into_iter().map(|(_, at)| at).collect()
    }

    fn drop_all(&mut self, removed: &[usize]) -> Vec<&'static str> {
        removed.iter().for_each(|at| self.entries[*at] = None);
        let mut keys: Vec<&str> = removed.iter().map(|at| KEYS[*at]).collect();
        keys.sort_unstable();
        keys
    }
}

fn name(at: usize) -> StoreKey {
    key(KEYS[at])
}

fn shown_write(answer: WriteOutcome) -> String {
    match answer {
        WriteOutcome::Saved(_) => "done".to_owned(),
        WriteOutcome::Removed => "removed".to_owned(),
        WriteOutcome::Changed(stored) => shown(stored.payload),
        WriteOutcome::Gone => "gone".to_owned(),
        WriteOutcome::Taken => "taken".to_owned(),
    }
}

fn shown(answer: impl Debug) -> String {
    format!("{answer:?}")
}

fn revision(payload: &str) -> Revision {
    Revision::from_payload(payload.to_owned().into())
}

/// Random steps, from a seed.
struct Chance {
    state: u64,
    payloads: usize,
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

    /// Mostly the stored payload, sometimes an older one.
    fn seen(&mut self, model: &Model, at: usize) -> String {
        match &model.entries[at] {
            Some((entry, _)) if self.below(5) > 0 => String::from_utf8(entry.payload.to_vec()).unwrap(),
            _ => format!("payload {}", 1 + self.below(self.payloads + 1)),
        }
    }

    fn step(&mut self, model: &Model) -> Step {
        let (at, other, owner) = (self.below(KEYS.len()), self.below(KEYS.len()), self.below(OWNERS.len()));
        match self.below(16) {
            0..4 => Step::Create(at, self.entry()),
            4..7 => Step::Swap(at, self.seen(model, at), self.entry()),
            7..10 => Step::Rename(at, other, self.seen(model, at), self.entry(), self.tombstone()),
            10 => Step::Touch(at, 1 + self.below(100) as u32),
            11 => Step::Remove(at, self.tombstone()),
            12 => Step::RemoveAll(owner, (self.below(2) == 0).then_some(at)),
            13 => Step::Trim(owner, self.below(4), Trim::Oldest),
            14 => Step::Trim(owner, self.below(4), Trim::Newest),
            _ => Step::Of(owner),
        }
    }
}

#[tokio::test]
async fn redis_answers_as_the_model_does() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    for seed in 1..=20 {
        server.command(&["FLUSHALL"]).unwrap();
        let (mut model, mut chance) = (Model::default(), Chance { state: seed, payloads: 0 });
        for number in 0..300 {
            let step = chance.step(&model);
            for step in [step.clone(), Step::Of(0), Step::Of(1)] {
                let found = answer(&store, &step).await.unwrap();
                assert_eq!(found, model.answer(&step), "seed {seed}, step {number}: {step:?}");
            }
        }
        for (at, entry) in model.entries.iter().enumerate() {
            let expected = entry.as_ref().map(|(entry, _)| entry.payload.to_vec());
            assert_eq!(super::payload(&store, &name(at)).await, expected);
        }
    }
}
