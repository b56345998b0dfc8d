//! Which owner has which slots, in the order in which they got the owner.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;

use super::lock;
use super::record::Membership;

/// Its lock is taken after the lock of a shard, never before.
#[derive(Default)]
pub(super) struct Ownership {
    /// Owners have names that visitors may choose, so the hash is one that cannot be made to collide.
    hasher: RandomState,
    index: Mutex<Index>,
}

/// Sorted by the hash of the owner and then by place, so that nothing is slower for an owner with many entries. Where the owner's name
/// matters, it is compared with the one in the slot.
#[derive(Default)]
struct Index {
    spots: BTreeMap<(u64, u64), Spot>,
    places: u64,
}

/// Where an owned entry is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) shard: u32,
    pub(super) slot: u32,
}

impl Ownership {
    /// Adds a slot to the owner's slots, in the last place.
    pub(super) fn join<'a>(&self, owner: &'a [u8], spot: Spot) -> Membership<'a> {
        let hash = self.hash(owner);
        let mut index = lock(&self.index);
        index.places += 1;
        let place = index.places;
        index.spots.insert((hash, place), spot);
        Membership { owner, place }
    }

    /// Records that the entry has moved to another slot; it keeps its place.
    pub(super) fn moved(&self, membership: Membership<'_>, spot: Spot) {
        let hash = self.hash(membership.owner);
        lock(&self.index).spots.insert((hash, membership.place), spot);
    }

    pub(super) fn leave(&self, membership: Membership<'_>) {
        let hash = self.hash(membership.owner);
        lock(&self.index).spots.remove(&(hash, membership.place));
    }

    /// The places of an owner's entries, oldest first.
    pub(super) fn places(&self, owner: &[u8]) -> Vec<u64> {
        let hash = self.hash(owner);
        lock(&self.index).spots.range((hash, 0)..=(hash, u64::MAX)).map(|((_, place), _)| *place).collect()
    }

    /// Where the entry at this place is now.
    pub(super) fn spot(&self, owner: &[u8], place: u64) -> Option<Spot> {
        let hash = self.hash(owner);
        lock(&self.index).spots.get(&(hash, place)).copied()
    }

    fn hash(&self, owner: &[u8]) -> u64 {
        self.hasher.hash_one(owner)
    }
}
