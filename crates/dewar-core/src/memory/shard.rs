//! A part of the store, behind one lock.

use super::index::Index;
use super::record::Record;
use super::slab::Slab;
use super::slot::Slot;
use super::wheel::Wheel;
use crate::clock::UnixTime;

pub(super) struct Shard {
    pub(super) number: u32,
    slab: Slab,
    /// Slots by the hash of their keys.
    index: Index,
    anonymous: Wheel,
    owned: Wheel,
    /// Counts the writes, so that no two have the same revision.
    writes: u64,
}

impl Shard {
    pub(super) fn new(number: u32) -> Self {
        let (anonymous, owned) = (Wheel::default(), Wheel::default());
        Self { number, slab: Slab::default(), index: Index::default(), anonymous, owned, writes: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// The slot of the key, expired or not.
    pub(super) fn locate(&self, hash: u64, key: &[u8]) -> Option<(u32, &Slot)> {
        let is_it = |id| self.slab.get(id).is_some_and(|slot| slot.record.key() == key);
        let id = self.index.find(upper(hash), is_it)?;
        self.get(id).map(|slot| (id, slot))
    }

    /// The slot of the key, unless it has expired.
    pub(super) fn find(&self, hash: u64, key: &[u8], now: UnixTime) -> Option<(u32, &Slot)> {
        self.locate(hash, key).filter(|(_, slot)| !slot.is_expired(now))
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

    /// Adds a slot whose key is not in the index.
    pub(super) fn insert(&mut self, hash: u64, slot: Slot) {
        let id = self.slab.insert(slot);
        self.index.insert(upper(hash), id);
        self.link(id);
    }

    /// Removes the slot of a key with this hash.
    pub(super) fn take(&mut self, hash: u64, id: u32) -> Option<Slot> {
        self.unlink(id);
        self.index.remove(upper(hash), id);
        self.slab.take(id)
    }

    /// Replaces what a slot holds. An entry that gets an owner, or has none any more, changes to the other wheel.
    pub(super) fn write(&mut self, id: u32, record: Record, ends: i64, revision: u64) {
        let Some(slot) = self.slab.get(id) else { return };
        let changes_wheel = slot.record.is_owned() != record.is_owned();
        if changes_wheel {
            self.unlink(id);
        } else {
            self.touch(id, ends);
        }
        if let Some(slot) = self.slab.get_mut(id) {
            (slot.record, slot.ends, slot.revision) = (record, ends, revision);
        }
        if changes_wheel {
            self.link(id);
        }
    }

    /// Sets when a slot expires, usually within the same bucket of the wheel.
    pub(super) fn touch(&mut self, id: u32, ends: i64) {
        let Some(slot) = self.slab.get_mut(id) else { return };
        let wheel = if slot.record.is_owned() { &mut self.owned } else { &mut self.anonymous };
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

    /// Entries with this prefix that expired some seconds ago. Each write asks, and there are hardly ever any.
    pub(super) fn expired(&mut self, prefix: &str, at_most: usize, now: UnixTime) -> Vec<u32> {
        let now = now.millis();
        let Self { slab, anonymous, owned, .. } = self;
        if !anonymous.is_due(now) && !owned.is_due(now) {
            return Vec::new();
        }
        anonymous.turn(slab, now);
        owned.turn(slab, now);
        let expired = anonymous.expired(slab, now).chain(owned.expired(slab, now));
        let has_prefix =
            |id: &u32| slab.get(*id).is_some_and(|slot| slot.record.key().starts_with(prefix.as_bytes()));
        expired.filter(has_prefix).take(at_most).collect()
    }

    /// The entry without an owner that expires soonest, and when.
    pub(super) fn soonest(&self) -> Option<(i64, u32)> {
        let id = self.anonymous.soonest()?;
        self.get(id).map(|slot| (slot.ends, id))
    }

    fn link(&mut self, id: u32) {
        let is_owned = self.slab.get(id).is_some_and(|slot| slot.record.is_owned());
        let wheel = if is_owned { &mut self.owned } else { &mut self.anonymous };
        wheel.link(&mut self.slab, id);
    }

    fn unlink(&mut self, id: u32) {
        let is_owned = self.slab.get(id).is_some_and(|slot| slot.record.is_owned());
        let wheel = if is_owned { &mut self.owned } else { &mut self.anonymous };
        wheel.unlink(&mut self.slab, id);
    }
}

/// The bits of the hash for the index; others choose the shard.
fn upper(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}
