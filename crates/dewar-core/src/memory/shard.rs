//! A part of the store, behind one lock.

use std::hash::{BuildHasher, RandomState};

use bytes::Bytes;
use hashbrown::HashTable;

use super::slab::Slab;
use super::slot::{Membership, Slot};
use super::wheel::Wheel;
use crate::StoreKey;
use crate::clock::UnixTime;

#[derive(Debug)]
pub(super) struct Shard {
    pub(super) number: u32,
    slab: Slab,
    /// Slots by key. It holds slot numbers of four bytes each, not a second copy of the keys.
    table: HashTable<u32>,
    anonymous: Wheel,
    owned: Wheel,
    /// Counts the writes, so that no two have the same revision.
    writes: u64,
}

impl Shard {
    pub(super) fn new(number: u32) -> Self {
        let (slab, table) = (Slab::default(), HashTable::new());
        Self { number, slab, table, anonymous: Wheel::default(), owned: Wheel::default(), writes: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// The slot of the key, expired or not.
    pub(super) fn locate(&self, hash: u64, key: &StoreKey) -> Option<u32> {
        let is_it = |id: &u32| self.slab.get(*id).is_some_and(|slot| slot.key == *key);
        self.table.find(hash, is_it).copied()
    }

    /// The slot of the key, unless it has expired.
    pub(super) fn find(&self, hash: u64, key: &StoreKey, now: UnixTime) -> Option<(u32, &Slot)> {
        let id = self.locate(hash, key)?;
        self.get(id).filter(|slot| !slot.is_expired(now)).map(|slot| (id, slot))
    }

    pub(super) fn get(&self, id: u32) -> Option<&Slot> {
        self.slab.get(id)
    }

    /// The number that the next slot will have.
    pub(super) fn next(&self) -> u32 {
        self.slab.next()
    }

    /// Greater than the number of every slot.
    pub(super) fn end(&self) -> u32 {
        self.slab.end()
    }

    pub(super) fn next_revision(&mut self) -> u64 {
        self.writes += 1;
        self.writes
    }

    /// Adds a slot whose key is not in the table.
    pub(super) fn insert(&mut self, hasher: &RandomState, hash: u64, slot: Slot) {
        let id = self.slab.insert(slot);
        let slab = &self.slab;
        let rehash = |id: &u32| slab.get(*id).map_or(0, |slot| hasher.hash_one(&slot.key));
        self.table.insert_unique(hash, id, rehash);
        self.link(id);
    }

    pub(super) fn take(&mut self, hasher: &RandomState, id: u32) -> Option<Slot> {
        let hash = hasher.hash_one(&self.slab.get(id)?.key);
        self.unlink(id);
        if let Ok(place) = self.table.find_entry(hash, |other| *other == id) {
            place.remove();
        }
        self.slab.take(id)
    }

    /// Replaces what a slot holds.
    pub(super) fn write(&mut self, id: u32, payload: Bytes, ends: i64) -> u64 {
        self.touch(id, ends);
        let revision = self.next_revision();
        if let Some(slot) = self.slab.get_mut(id) {
            (slot.payload, slot.revision) = (payload, revision);
        }
        revision
    }

    /// Sets when a slot expires, usually within the same bucket of the wheel.
    pub(super) fn touch(&mut self, id: u32, ends: i64) {
        let Some(slot) = self.slab.get_mut(id) else { return };
        let wheel = if slot.membership.is_some() { &mut self.owned } else { &mut self.anonymous };
        if wheel.is_same_bucket(slot.ends, ends) {
            slot.ends = ends;
        } else {
            wheel.unlink(&mut self.slab, id);
            if let Some(slot) = self.slab.get_mut(id) {
                slot.ends = ends;
            }
            wheel.link(&mut self.slab, id);
        }
    }

    /// Changes the owner of a slot, and with it the wheel it is in. Returns the previous membership.
    pub(super) fn set_membership(
        &mut self,
        id: u32,
        membership: Option<Box<Membership>>,
    ) -> Option<Box<Membership>> {
        self.unlink(id);
        let previous =
            self.slab.get_mut(id).and_then(|slot| std::mem::replace(&mut slot.membership, membership));
        self.link(id);
        previous
    }

    /// An entry with this prefix that expired some seconds ago.
    pub(super) fn expired(&mut self, prefix: &str, now: UnixTime) -> Option<u32> {
        let now = now.millis();
        let Self { slab, anonymous, owned, .. } = self;
        anonymous.expired(slab, prefix, now).or_else(|| owned.expired(slab, prefix, now))
    }

    /// The entry without an owner that expires soonest, and when.
    pub(super) fn soonest(&self) -> Option<(i64, u32)> {
        let id = self.anonymous.soonest()?;
        self.get(id).map(|slot| (slot.ends, id))
    }

    fn link(&mut self, id: u32) {
        let is_owned = self.slab.get(id).is_some_and(|slot| slot.membership.is_some());
        let wheel = if is_owned { &mut self.owned } else { &mut self.anonymous };
        wheel.link(&mut self.slab, id);
    }

    fn unlink(&mut self, id: u32) {
        let is_owned = self.slab.get(id).is_some_and(|slot| slot.membership.is_some());
        let wheel = if is_owned { &mut self.owned } else { &mut self.anonymous };
        wheel.unlink(&mut self.slab, id);
    }
}
