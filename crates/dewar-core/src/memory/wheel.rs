//! A timer wheel: slots by expiry, so that expired slots are found without looking at the others.

use std::collections::BTreeMap;

use super::slab::Slab;
use super::slot::Slot;

/// Entries that expire soon are in buckets of 2¹³ ms, about 8 seconds.
const FINE: u32 = 13;

/// Entries that expire later are in buckets of 2²⁰ ms, about 17 minutes, which are distributed to the fine buckets in time.
const COARSE: u32 = 20;

/// Buckets by number. Each is a ring of slots in the order in which they were linked; the map holds the first slot of the ring.
#[derive(Debug, Default)]
pub(super) struct Wheel {
    fine: BTreeMap<i64, u32>,
    coarse: BTreeMap<i64, u32>,
    /// Entries that expire before it (milliseconds, a multiple of 2²⁰) are in the fine buckets.
    horizon: i64,
}

impl Wheel {
    /// Adds a slot at the end of the bucket of its expiry.
    pub(super) fn link(&mut self, slab: &mut Slab, id: u32) {
        let Some(ends) = slab.get(id).map(|slot| slot.ends) else { return };
        let (buckets, number) = self.bucket(ends);
        let first = *buckets.entry(number).or_insert(id);
        let last = slab.get(first).map_or(id, |slot| if first == id { id } else { slot.before });
        with(slab, id, |slot| (slot.before, slot.after) = (last, first));
        with(slab, last, |slot| slot.after = id);
        with(slab, first, |slot| slot.before = id);
    }

    /// Takes a slot out of its bucket. Its expiry must be the one it was linked with.
    pub(super) fn unlink(&mut self, slab: &mut Slab, id: u32) {
        let Some((ends, before, after)) = slab.get(id).map(|slot| (slot.ends, slot.before, slot.after))
        else {
            return;
        };
        with(slab, before, |slot| slot.after = after);
        with(slab, after, |slot| slot.before = before);
        let (buckets, number) = self.bucket(ends);
        if after == id {
            buckets.remove(&number);
        } else if let Some(first) = buckets.get_mut(&number).filter(|first| **first == id) {
            *first = after;
        }
    }

    /// Whether both expiries fall into the same bucket.
    pub(super) fn is_same_bucket(&self, one: i64, other: i64) -> bool {
        let width = |ends: i64| if ends < self.horizon { FINE } else { COARSE };
        width(one) == width(other) && one >> width(one) == other >> width(other)
    }

    /// A slot whose key starts with the prefix, in a bucket whose entries have all expired.
    pub(super) fn expired(&mut self, slab: &mut Slab, prefix: &str, now: i64) -> Option<u32> {
        self.turn(slab, now);
        let is_it = |id: &u32| slab.get(*id).is_some_and(|slot| slot.key.starts_with(prefix));
        self.fine.range(..now >> FINE).find_map(|(_, first)| ring(slab, *first).find(is_it))
    }

    /// The slot that expires soonest, with the precision of a bucket. Of one bucket, the slot that was linked first.
    pub(super) fn soonest(&self) -> Option<u32> {
        let first = self.fine.first_key_value().or_else(|| self.coarse.first_key_value());
        first.map(|(_, first)| *first)
    }

    /// Distributes the coarse buckets that are due.
    fn turn(&mut self, slab: &mut Slab, now: i64) {
        let horizon = ((now >> COARSE).saturating_add(2)).min(i64::MAX >> COARSE) << COARSE;
        if horizon <= self.horizon {
            return;
        }
        self.horizon = horizon;
        while let Some(bucket) = self.coarse.first_entry().filter(|bucket| *bucket.key() < horizon >> COARSE)
        {
            for id in ring(slab, bucket.remove()).collect::<Vec<_>>() {
                self.link(slab, id);
            }
        }
    }

    fn bucket(&mut self, ends: i64) -> (&mut BTreeMap<i64, u32>, i64) {
        if ends < self.horizon { (&mut self.fine, ends >> FINE) } else { (&mut self.coarse, ends >> COARSE) }
    }
}

fn with(slab: &mut Slab, id: u32, change: impl FnOnce(&mut Slot)) {
    if let Some(slot) = slab.get_mut(id) {
        change(slot);
    }
}

fn ring(slab: &Slab, first: u32) -> impl Iterator<Item = u32> {
    let next = move |id: &u32| slab.get(*id).map(|slot| slot.after).filter(|after| *after != first);
    std::iter::successors(Some(first), next)
}
