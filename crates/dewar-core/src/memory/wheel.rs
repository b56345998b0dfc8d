//! A timer wheel: slots by expiry, so that expired slots are found without looking at the others.

use std::collections::VecDeque;

use super::slab::Slab;
use super::slot::Slot;

/// Entries that expire soon are in buckets of 2¹³ ms, about 8 seconds.
const FINE: u32 = 13;

/// Entries that expire later are in buckets of 2²⁰ ms, about 17 minutes, which are distributed to the fine buckets in time.
const COARSE: u32 = 20;

#[derive(Default)]
pub(super) struct Wheel {
    fine: Buckets,
    coarse: Buckets,
    /// Entries that expire before it (milliseconds, a multiple of 2²⁰) are in the fine buckets.
    horizon: i64,
}

impl Wheel {
    /// Adds a slot at the end of the bucket of its expiry.
    pub(super) fn link(&mut self, slab: &mut Slab, id: u32) {
        let Some(ends) = slab.get(id).map(|slot| slot.ends) else { return };
        let (buckets, number) = self.bucket(ends);
        let first = buckets.first_or_insert(number, id);
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
        buckets.leave(number, id, after);
    }

    /// Whether both expiries fall into the same bucket.
    pub(super) fn is_same_bucket(&self, one: i64, other: i64) -> bool {
        let width = |ends: i64| if ends < self.horizon { FINE } else { COARSE };
        width(one) == width(other) && number(one, width(one)) == number(other, width(other))
    }

    /// Whether there are coarse buckets to distribute, or slots that have expired.
    pub(super) fn is_due(&self, now: i64) -> bool {
        self.fine.has_before(number(now, FINE)) || self.coarse.has_before(due(now))
    }

    /// Distributes the coarse buckets that are due.
    pub(super) fn turn(&mut self, slab: &mut Slab, now: i64) {
        let due = due(now);
        let horizon = i64::from(due) << COARSE;
        if horizon <= self.horizon {
            return;
        }
        self.horizon = horizon;
        while let Some(first) = self.coarse.pop_before(due) {
            for id in ring(slab, first).collect::<Vec<_>>() {
                self.link(slab, id);
            }
        }
    }

    /// The slots in the buckets whose entries have all expired, if the wheel was [turned](Self::turn).
    pub(super) fn expired(&self, slab: &Slab, now: i64) -> impl Iterator<Item = u32> {
        self.fine.before(number(now, FINE)).flat_map(|first| ring(slab, first))
    }

    /// The slot that expires soonest, with the precision of a bucket. Of one bucket, the slot that was linked first.
    pub(super) fn soonest(&self) -> Option<u32> {
        self.fine.soonest().or_else(|| self.coarse.soonest())
    }

    fn bucket(&mut self, ends: i64) -> (&mut Buckets, u32) {
        if ends < self.horizon {
            (&mut self.fine, number(ends, FINE))
        } else {
            (&mut self.coarse, number(ends, COARSE))
        }
    }
}

/// The number of the bucket of this width. Before 1970 it is the first, after the year 3000 it may be the last one, which is never due.
fn number(ends: i64, width: u32) -> u32 {
    u32::try_from((ends >> width).max(0)).unwrap_or(u32::MAX)
}

/// The number of the first coarse bucket that need not be distributed.
fn due(now: i64) -> u32 {
    number(now, COARSE).saturating_add(2)
}

/// Buckets by number, sorted. Each is a ring of slots in the order in which they were linked; this is the first slot of the ring. Almost every
/// new bucket is the last one, and almost every one that goes the first.
#[derive(Default)]
struct Buckets(VecDeque<(u32, u32)>);

impl Buckets {
    /// The first slot of the bucket; this one, if there is no bucket.
    fn first_or_insert(&mut self, number: u32, id: u32) -> u32 {
        match self.search(number) {
            Ok(at) => self.0.get(at).map_or(id, |(_, first)| *first),
            Err(at) => {
                self.0.insert(at, (number, id));
                id
            }
        }
    }

    /// A slot leaves the bucket; `after` is the next one in its ring, itself if there is no other.
    fn leave(&mut self, number: u32, id: u32, after: u32) {
        let Ok(at) = self.search(number) else { return };
        if after == id {
            self.0.remove(at);
        } else if let Some((_, first)) = self.0.get_mut(at).filter(|(_, first)| *first == id) {
            *first = after;
        }
    }

    /// Removes the first bucket, if its number is less than this one.
    fn pop_before(&mut self, number: u32) -> Option<u32> {
        self.has_before(number).then(|| self.0.pop_front())?.map(|(_, first)| first)
    }

    /// Whether the first bucket has a number less than this one.
    fn has_before(&self, number: u32) -> bool {
        self.0.front().is_some_and(|(bucket, _)| *bucket < number)
    }

    fn before(&self, number: u32) -> impl Iterator<Item = u32> {
        self.0.iter().take_while(move |(bucket, _)| *bucket < number).map(|(_, first)| *first)
    }

    fn soonest(&self) -> Option<u32> {
        self.0.front().map(|(_, first)| *first)
    }

    fn search(&self, number: u32) -> Result<usize, usize> {
        self.0.binary_search_by_key(&number, |(bucket, _)| *bucket)
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
