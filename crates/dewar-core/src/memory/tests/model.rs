//! Random calls, compared with a simple model.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{Touch, WriteOutcome};

#[derive(Debug, Clone)]
enum Call {
    Load(u8, Option<(u64, u64)>),
    Create(u8, Thing),
    /// How many writes the revision that was seen is behind.
    Swap(u8, usize, Thing),
    Rename(u8, u8, usize, Thing, Option<Thing>),
    Touch(u8, u64),
    Remove(u8, Option<Thing>),
    Sweep(usize),
    Pass(u64),
}

#[derive(Debug, Clone, PartialEq)]
struct Thing {
    payload: Vec<u8>,
    life: Option<u64>,
    owner: Option<u8>,
}

#[derive(Debug, Clone)]
struct Kept {
    payload: Vec<u8>,
    ends: Option<UnixTime>,
    owner: Option<u8>,
    place: usize,
    revision: Revision,
}

/// The model: the entries, and the earlier revisions of each key.
#[derive(Default)]
struct Model {
    kept: BTreeMap<u8, Kept>,
    seen: BTreeMap<u8, Vec<Revision>>,
    places: usize,
}

impl Model {
    fn get(&self, key: u8, now: UnixTime) -> Option<&Kept> {
        self.kept.get(&key).filter(|kept| kept.ends.is_none_or(|ends| now < ends))
    }

    fn put(&mut self, key: u8, thing: &Thing, place: Option<(u8, usize)>, revision: Revision, now: UnixTime) {
        self.places += 1;
        let kept_place = place.filter(|(owner, _)| thing.owner == Some(*owner)).map(|(_, place)| place);
        let place = kept_place.unwrap_or(self.places);
        let ends = thing.life.map(|life| now.plus(Duration::from_millis(life)));
        self.seen.entry(key).or_default().push(revision.clone());
        self.kept
            .insert(key, Kept { payload: thing.payload.clone(), ends, owner: thing.owner, place, revision });
    }

    fn seen(&self, key: u8, age: usize) -> Revision {
        let seen = self.seen.get(&key).map(Vec::as_slice).unwrap_or_default();
        seen.iter().rev().nth(age).cloned().unwrap_or(Revision::from_number(0))
    }

    fn owned(&self, owner: u8, now: UnixTime) -> Vec<StoreKey> {
        let living = self.kept.keys().filter_map(|number| Some((*number, self.get(*number, now)?)));
        let mut theirs: Vec<_> = living.filter(|(_, kept)| kept.owner == Some(owner)).collect();
        theirs.sort_by_key(|(_, kept)| kept.place);
        theirs.into_iter().map(|(number, _)| key(number)).collect()
    }
}

fn made(thing: &Thing, now: UnixTime) -> Entry {
    let expires = thing.life.map(|life| now.plus(Duration::from_millis(life)));
    let owner = thing.owner.map(|owner| owner.to_string());
    Entry { owner, ..Entry::new(thing.payload.clone(), expires) }
}

fn place(kept: &Kept) -> Option<(u8, usize)> {
    kept.owner.map(|owner| (owner, kept.place))
}

fn perform(memory: &Memory, model: &mut Model, call: &Call, now: &mut UnixTime) {
    let at = *now;
    match call {
        Call::Load(number, touch) => {
            let touch = touch.map(|(life, due)| Touch {
                expires: at.plus(Duration::from_millis(life)),
                if_before: at.plus(Duration::from_millis(due)),
            });
            let found = memory.load_now(&key(number), touch, at);
            let expected = model.get(*number, at).cloned();
            assert_eq!(found.map(|stored| stored.expires), expected.as_ref().map(|kept| kept.ends));
            let is_due =
                |kept: &Kept| kept.ends.zip(touch).is_some_and(|(ends, touch)| ends < touch.if_before);
            if expected.is_some_and(|kept| is_due(&kept)) {
                model.kept.get_mut(number).unwrap().ends = touch.map(|touch| touch.expires);
            }
        }
        Call::Create(number, thing) => {
            let is_free = model.get(*number, at).is_none();
            let answer = memory.create_now(&key(number), &made(thing, at), at).unwrap();
            assert_eq!(matches!(answer, WriteOutcome::Saved(_)), is_free);
            if let WriteOutcome::Saved(revision) = answer {
                model.put(*number, thing, None, revision, at);
            }
        }
        Call::Swap(number, age, thing) => {
            let seen = model.seen(*number, *age);
            let there = model.get(*number, at).cloned();
            match (memory.swap_now(&key(number), &seen, &made(thing, at), at).unwrap(), there) {
                (WriteOutcome::Saved(revision), Some(there)) if there.revision == seen => {
                    model.put(*number, thing, place(&there), revision, at);
                }
                (WriteOutcome::Changed(stored), Some(there)) if there.revision != seen => {
                    assert_eq!((stored.revision, stored.payload.to_vec()), (there.revision, there.payload));
                }
                (WriteOutcome::Gone, None) => {}
                (answer, there) => panic!("{answer:?} where {there:?} is"),
            }
        }
        Call::Rename(old, new, age, thing, tombstone) => {
            let seen = model.seen(*old, *age);
            let (there, target) = (model.get(*old, at).cloned(), model.get(*new, at).cloned());
            let marker = tombstone.as_ref().map(|thing| made(thing, at));
            let entry = made(thing, at);
            let answer = memory.rename_now(&key(old), &key(new), &seen, &entry, marker.as_ref(), at).unwrap();
            match (answer, there, target) {
                (WriteOutcome::Gone, None, _) => {}
                (WriteOutcome::Changed(stored), Some(there), _) if there.revision != seen => {
                    assert_eq!(stored.revision, there.revision);
                }
                (WriteOutcome::Taken, Some(there), Some(_)) if there.revision == seen => {}
                (WriteOutcome::Saved(revision), Some(there), None) if there.revision == seen => {
                    model.kept.remove(old);
                    model.put(*new, thing, place(&there), revision, at);
                    if let Some(tombstone) = tombstone {
                        let stored = memory.load_now(&key(old), None, at);
                        let revision = stored.map_or(Revision::from_number(0), |stored| stored.revision);
                        model.put(*old, tombstone, None, revision, at);
                    }
                }
                (answer, ..) => panic!("{answer:?}"),
            }
        }
        Call::Touch(number, life) => {
            let ends = at.plus(Duration::from_millis(*life));
            let was_there = model.get(*number, at).is_some();
            assert_eq!(memory.touch_now(&key(number), ends, at), was_there);
            if was_there {
                model.kept.get_mut(number).unwrap().ends = Some(ends);
            }
        }
        Call::Remove(number, tombstone) => {
            let there = model.get(*number, at).cloned();
            let marker = tombstone.as_ref().map(|thing| made(thing, at));
            let removed = memory.remove_now(&key(number), marker.as_ref(), at);
            assert_eq!(removed == WriteOutcome::Removed, there.is_some());
            model.kept.remove(number);
            if let (Some(tombstone), Some(there)) = (tombstone, there) {
                let stored = memory.load_now(&key(number), None, at);
                let revision = stored.map_or(Revision::from_number(0), |stored| stored.revision);
                model.put(*number, tombstone, place(&there), revision, at);
            }
        }
        Call::Sweep(at_most) => assert!(memory.sweep_all("", *at_most, at) <= *at_most),
        Call::Pass(by) => *now = at.plus(Duration::from_millis(*by)),
    }
}

fn compare(memory: &Memory, model: &Model, now: UnixTime) {
    for number in 0..6 {
        let found = memory.load_now(&key(number), None, now);
        let found = found.map(|stored| (stored.payload.to_vec(), stored.revision, stored.expires));
        let kept = model.get(number, now);
        assert_eq!(found, kept.map(|kept| (kept.payload.clone(), kept.revision.clone(), kept.ends)));
    }
    for owner in 0..2 {
        let living = memory.living(&owner.to_string(), now);
        assert_eq!(living.into_iter().map(|(_, key, _)| key).collect::<Vec<_>>(), model.owned(owner, now));
    }
}

fn life() -> impl Strategy<Value = u64> {
    prop_oneof![0..20_000_u64, 0..3_000_000_u64, 0..200_000_000_u64]
}

fn thing() -> impl Strategy<Value = Thing> {
    let parts =
        (prop::collection::vec(any::<u8>(), 0..4), prop::option::of(life()), prop::option::of(0..2_u8));
    parts.prop_map(|(payload, life, owner)| Thing { payload, life, owner })
}

fn call() -> impl Strategy<Value = Call> {
    let key = || 0..6_u8;
    let age = || prop_oneof![4 => Just(0_usize), 1 => 0..4_usize];
    let tombstone = || prop::option::of(thing());
    prop_oneof![
        (key(), prop::option::of((life(), life()))).prop_map(|(key, touch)| Call::Load(key, touch)),
        (key(), thing()).prop_map(|(key, thing)| Call::Create(key, thing)),
        (key(), age(), thing()).prop_map(|(key, age, thing)| Call::Swap(key, age, thing)),
        (key(), key(), age(), thing(), tombstone())
            .prop_map(|(old, new, age, thing, tombstone)| Call::Rename(old, new, age, thing, tombstone)),
        (key(), life()).prop_map(|(key, life)| Call::Touch(key, life)),
        (key(), tombstone()).prop_map(|(key, tombstone)| Call::Remove(key, tombstone)),
        (0..9_usize).prop_map(Call::Sweep),
        life().prop_map(Call::Pass),
    ]
}

proptest! {
    #[test]
    fn it_answers_as_the_model_does(calls in prop::collection::vec(call(), 0..120)) {
        let (memory, mut model, mut now) = (Memory::new(), Model::default(), NOW);
        for call in &calls {
            perform(&memory, &mut model, call, &mut now);
            compare(&memory, &model, now);
        }
        memory.sweep_all("", usize::MAX, now.plus(100 * HOUR));
        for number in 0..6_u8 {
            _ = memory.remove_now(&key(number), None, now);
        }
        prop_assert_eq!((memory.bytes_used(), memory.entries()), (0, 0));
    }
}
