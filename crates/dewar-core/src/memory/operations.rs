//! The calls of the contract. They wait only for locks.

use std::sync::MutexGuard;

use super::budget::Full;
use super::shard::Shard;
use super::slot::Cost;
use super::{Memory, lock};
use crate::clock::UnixTime;
use crate::revision::Revision;
use crate::{Entry, StoreError, StoreKey, Stored, Touch, WriteOutcome};

/// How many expired entries each write removes.
const SWEPT_PER_WRITE: usize = 2;

impl Memory {
    pub(super) fn load_now(&self, key: &StoreKey, touch: Option<Touch>, now: UnixTime) -> Option<Stored> {
        let hash = self.hash(key.as_bytes());
        let mut shard = self.shard(hash);
        let (id, slot) = shard.find(hash, key.as_bytes(), now)?;
        let stored = slot.stored();
        if let Some(touch) = touch.filter(|touch| slot.ends < touch.if_before.millis()) {
            shard.touch(id, touch.expires.millis());
        }
        Some(stored)
    }

    pub(super) fn create_now(
        &self,
        key: &StoreKey,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let (hash, cost) = (self.hash(key.as_bytes()), Cost::of(key, entry));
        self.with_room(now, || {
            let mut shard = self.shard_swept(hash, now);
            if self.is_taken(&mut shard, hash, key, now) {
                return Ok(WriteOutcome::Taken);
            }
            self.budget.exchange(&[], &[cost])?;
            Ok(WriteOutcome::Saved(self.insert(&mut shard, (hash, key.as_bytes()), entry, None)))
        })
    }

    pub(super) fn swap_now(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let (hash, cost) = (self.hash(key.as_bytes()), Cost::of(key, entry));
        self.with_room(now, || {
            let mut shard = self.shard_swept(hash, now);
            let Some((id, slot)) = shard.find(hash, key.as_bytes(), now) else {
                return Ok(WriteOutcome::Gone);
            };
            if !slot.is(seen) {
                return Ok(WriteOutcome::Changed(slot.stored()));
            }
            self.budget.exchange(&[slot.cost()], &[cost])?;
            Ok(WriteOutcome::Saved(self.replace(&mut shard, id, entry)))
        })
    }

    pub(super) fn rename_now(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let (from, to) = (self.hash(old.as_bytes()), self.hash(new.as_bytes()));
        let mut comes = vec![Cost::of(new, entry)];
        comes.extend(tombstone.map(|tombstone| Cost::of(old, tombstone)));
        self.with_room(now, || {
            let mut both = self.both(from, to);
            let Some((id, slot)) = both.of(from).find(from, old.as_bytes(), now) else {
                return Ok(WriteOutcome::Gone);
            };
            if !slot.is(seen) {
                return Ok(WriteOutcome::Changed(slot.stored()));
            }
            let goes = slot.cost();
            if self.is_taken(both.of(to), to, new, now) {
                return Ok(WriteOutcome::Taken);
            }
            self.budget.exchange(&[goes], &comes)?;
            let previous = both.of(from).take(from, id).map(|slot| slot.record);
            let revision = self.insert(both.of(to), (to, new.as_bytes()), entry, previous.as_ref());
            if let Some(tombstone) = tombstone {
                _ = self.insert(both.of(from), (from, old.as_bytes()), tombstone, None);
            }
            Ok(WriteOutcome::Saved(revision))
        })
    }

    pub(super) fn touch_now(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> bool {
        let hash = self.hash(key.as_bytes());
        let mut shard = self.shard(hash);
        let Some((id, _)) = shard.find(hash, key.as_bytes(), now) else { return false };
        shard.touch(id, expires.millis());
        true
    }

    pub(super) fn remove_now(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> WriteOutcome {
        let hash = self.hash(key.as_bytes());
        let mut shard = self.shard_swept(hash, now);
        let Some((id, slot)) = shard.find(hash, key.as_bytes(), now) else { return WriteOutcome::Gone };
        if let Some(tombstone) = tombstone {
            self.budget.settle(slot.cost(), Some(Cost::of(key, tombstone)));
            _ = self.replace(&mut shard, id, tombstone);
        } else {
            self.discard(&mut shard, id);
        }
        WriteOutcome::Removed
    }

    /// Whether something is stored under the key. An expired entry is removed.
    fn is_taken(&self, shard: &mut Shard, hash: u64, key: &StoreKey, now: UnixTime) -> bool {
        let Some((id, slot)) = shard.locate(hash, key.as_bytes()) else { return false };
        if !slot.is_expired(now) {
            return true;
        }
        self.discard(shard, id);
        false
    }

    fn shard_swept(&self, hash: u64, now: UnixTime) -> MutexGuard<'_, Shard> {
        let mut shard = self.shard(hash);
        self.sweep_shard(&mut shard, "", SWEPT_PER_WRITE, now);
        shard
    }

    /// Runs the operation, and makes room and repeats it while the budget is full.
    fn with_room<T>(
        &self,
        now: UnixTime,
        mut write: impl FnMut() -> Result<T, Full>,
    ) -> Result<T, StoreError> {
        loop {
            match write() {
                Ok(answer) => return Ok(answer),
                Err(Full { need }) => self.make_room(need, now)?,
            }
        }
    }

    /// Locks the shards of two hashes, which may be the same shard. The lower number is locked first, so that there is no deadlock.
    #[expect(clippy::indexing_slicing, reason = "the numbers are below SHARDS")]
    fn both(&self, one: u64, other: u64) -> Both<'_> {
        let (one, other) = (Self::shard_number(one), Self::shard_number(other));
        let lower = lock(&self.shards[one.min(other)]);
        let upper = (one != other).then(|| lock(&self.shards[one.max(other)]));
        Both { lower, upper }
    }
}

struct Both<'a> {
    lower: MutexGuard<'a, Shard>,
    upper: Option<MutexGuard<'a, Shard>>,
}

impl Both<'_> {
    fn of(&mut self, hash: u64) -> &mut Shard {
        let number = Memory::shard_number(hash);
        match &mut self.upper {
            Some(upper) if upper.number as usize == number => upper,
            _ => &mut self.lower,
        }
    }
}
