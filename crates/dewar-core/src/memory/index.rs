//! From the hash of a key to the number of its slot: linear probing, in the order of the hashes.
//!
//! An entry is at the position of its hash, or after it where that is taken; no entry is before one with a smaller hash. So a lookup reads one
//! line of the processor's cache and ends at the first greater hash, and growing copies the entries in their order, without asking for
//! their keys. (A `hashbrown::HashTable<u32>` costs two such lines, and growing it reads each key.)

/// The table grows by a quarter when 7/8 of it are in use: 9 to 12 bytes an entry, once there are some hundred.
const FULL: (usize, usize) = (7, 8);

/// The least number by which it grows, and the least room behind the last position.
const STEP: usize = 4;

/// One in so many positions has room behind the last one. Less would be used up before the table grows, and each time it would be moved.
const BEHIND: usize = 64;

/// Where nothing is. No slot has the number `u32::MAX`.
const EMPTY: u64 = u64::MAX;

#[derive(Default)]
pub(super) struct Index {
    /// The hash in the upper half, the number of the slot in the lower one.
    entries: Vec<u64>,
    /// The number of positions that hashes have. The entries behind them are of hashes whose positions were taken.
    positions: usize,
    len: usize,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The slot with this hash that `is_it`.
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let from = self.entries.get(self.position(hash)..)?;
        let until = from.iter().take_while(|entry| **entry != EMPTY && hash_of(**entry) <= hash);
        until.filter(|entry| hash_of(**entry) == hash).map(|entry| slot_of(*entry)).find(|slot| is_it(*slot))
    }

    /// Adds a slot, which must not be in the table.
    pub(super) fn insert(&mut self, hash: u32, slot: u32) {
        if self.len >= self.positions * FULL.0 / FULL.1 {
            self.grow();
        }
        let entry = u64::from(hash) << 32 | u64::from(slot);
        let start = self.position(hash);
        let is_before = |other: &&u64| **other != EMPTY && **other < entry;
        let at = start + self.entries.iter().skip(start).take_while(is_before).count();
        let free = at + self.entries.iter().skip(at).take_while(|other| **other != EMPTY).count();
        if free == self.entries.len() {
            self.lengthen();
        }
        if let Some(moved) = self.entries.get_mut(at..=free) {
            moved.rotate_right(1);
        }
        self.put(at, entry);
        self.len += 1;
    }

    pub(super) fn remove(&mut self, hash: u32, slot: u32) {
        let (entry, start) = (u64::from(hash) << 32 | u64::from(slot), self.position(hash));
        let is_before = |other: &&u64| **other != EMPTY && **other < entry;
        let at = start + self.entries.iter().skip(start).take_while(is_before).count();
        if self.entries.get(at) != Some(&entry) {
            return;
        }
        // Those behind it that are not at their own position move forward.
        let behind = self.entries.iter().enumerate().skip(at + 1);
        let is_late =
            |(place, other): &(usize, &u64)| **other != EMPTY && self.position(hash_of(**other)) < *place;
        let moved = behind.take_while(is_late).count();
        if let Some(moved) = self.entries.get_mut(at..=at + moved) {
            moved.rotate_left(1);
        }
        self.put(at + moved, EMPTY);
        self.len -= 1;
    }

    fn position(&self, hash: u32) -> usize {
        usize::try_from((u64::from(hash) * self.positions as u64) >> 32).unwrap_or_default()
    }

    fn grow(&mut self) {
        self.positions += (self.positions / 4).max(STEP);
        let length = self.positions + self.room_behind();
        let mut grown = Vec::new();
        grown.reserve_exact(length);
        grown.resize(length, EMPTY);
        let previous = std::mem::replace(&mut self.entries, grown);
        let mut free = 0;
        for entry in previous.into_iter().filter(|entry| *entry != EMPTY) {
            let at = free.max(self.position(hash_of(entry)));
            if at == self.entries.len() {
                self.lengthen();
            }
            self.put(at, entry);
            free = at + 1;
        }
    }

    /// Makes room behind the last position.
    fn lengthen(&mut self) {
        let room = self.room_behind();
        self.entries.reserve_exact(room);
        self.entries.resize(self.entries.len() + room, EMPTY);
    }

    fn room_behind(&self) -> usize {
        (self.positions / BEHIND).max(STEP)
    }

    fn put(&mut self, at: usize, entry: u64) {
        if let Some(place) = self.entries.get_mut(at) {
            *place = entry;
        }
    }
}

fn hash_of(entry: u64) -> u32 {
    u32::try_from(entry >> 32).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half")]
fn slot_of(entry: u64) -> u32 {
    entry as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Few hashes, so that many collide, and the greatest ones, which are behind the last position.
    fn hash() -> impl Strategy<Value = u32> {
        prop_oneof![0..4_u32, (u32::MAX - 3)..=u32::MAX, any::<u32>()]
    }

    proptest! {
        #[test]
        fn it_finds_what_a_set_contains(calls in prop::collection::vec((any::<bool>(), hash(), 0..8_u32), 0..300)) {
            let (mut index, mut model) = (Index::default(), BTreeSet::new());
            for (is_insert, hash, slot) in calls {
                if is_insert && model.insert((hash, slot)) {
                    index.insert(hash, slot);
                } else if !is_insert {
                    model.remove(&(hash, slot));
                    index.remove(hash, slot);
                }
                prop_assert_eq!(index.find(hash, |it| it == slot).is_some(), model.contains(&(hash, slot)));
                let entries: Vec<_> = index.entries.iter().filter(|entry| **entry != EMPTY).collect();
                prop_assert!(entries.is_sorted() && entries.len() == model.len() && index.len() == model.len());
            }
            for (hash, slot) in model {
                prop_assert_eq!(index.find(hash, |it| it == slot), Some(slot));
            }
        }
    }

    /// The size of the table, and how far an entry is from its position, do not depend on how it grew.
    #[test]
    fn it_stays_small_and_its_entries_near_their_positions() {
        let mut index = Index::default();
        for number in 0..100_000_u32 {
            index.insert(number.wrapping_mul(0x9E37_79B9).rotate_left(16).wrapping_mul(0x85EB_CA6B), number);
        }
        assert!(index.entries.capacity() * 8 <= 100_000 * 12, "{} entries", index.entries.capacity());
        let distance =
            |(at, entry): (usize, &u64)| (*entry != EMPTY).then(|| at - index.position(hash_of(*entry)));
        let far = index.entries.iter().enumerate().filter_map(distance).max();
        assert!(far < Some(200), "{far:?} positions");
        assert_eq!(index.entries.len(), index.positions + index.room_behind(), "never lengthened");
    }
}
