//! The capabilities of the memory store: sweeping, listing, and finding the entries of an owner.

use std::sync::atomic::Ordering;

use async_trait::async_trait;

use super::shard::Shard;
use super::{Memory, lock};
use crate::clock::UnixTime;
use crate::{Cursor, Lister, Owners, Page, StoreError, StoreKey, Stored, Sweeper, Trim};

/// How many slots are examined for one page.
const LOOKS: u32 = 4096;

/// An expired entry is found about 8 seconds after it expired.
#[async_trait]
impl Sweeper for Memory {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        Ok(self.sweep_all(prefix, at_most, now))
    }
}

impl Memory {
    /// Sweeps all shards once, from where the last sweep ended.
    pub(super) fn sweep_all(&self, prefix: &str, at_most: usize, now: UnixTime) -> usize {
        let (start, mut swept) = (self.next_swept.load(Ordering::Relaxed), 0);
        let around = self.shards.iter().enumerate().cycle().skip(start % self.shards.len().max(1));
        for (number, shard) in around.take(self.shards.len()) {
            swept += self.sweep_shard(&mut lock(shard), prefix, at_most - swept, now);
            if swept == at_most {
                self.next_swept.store(number, Ordering::Relaxed);
                break;
            }
        }
        swept
    }

    pub(super) fn sweep_shard(
        &self,
        shard: &mut Shard,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> usize {
        let expired = shard.expired(prefix, at_most, now);
        expired.into_iter().filter_map(|id| self.discard(shard, id)).count()
    }
}

#[async_trait]
impl Lister for Memory {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        let start = after.map_or(Some((0, 0)), parse);
        let (number, slot) = start.ok_or_else(|| StoreError::refused("the cursor is from another store"))?;
        Ok(self.page(prefix, (number, slot), at_most.max(1), now))
    }
}

impl Memory {
    fn page(&self, prefix: &str, (number, from): (usize, u32), at_most: usize, now: UnixTime) -> Page {
        let Some(shard) = self.shards.get(number) else { return Page { entries: Vec::new(), next: None } };
        let shard = lock(shard);
        let (mut entries, mut slot) = (Vec::new(), from);
        while slot < shard.end().min(from.saturating_add(LOOKS)) && entries.len() < at_most {
            let there = shard
                .get(slot)
                .filter(|slot| !slot.is_expired(now) && slot.record.key().starts_with(prefix.as_bytes()));
            entries.extend(there.map(|slot| (slot.key(), slot.stored())));
            slot += 1;
        }
        let next = if slot < shard.end() { (number, slot) } else { (number + 1, 0) };
        let is_last = next.0 >= self.shards.len();
        Page { entries, next: (!is_last).then(|| Cursor(format!("{}.{}", next.0, next.1))) }
    }
}

fn parse(cursor: &Cursor) -> Option<(usize, u32)> {
    let (number, slot) = cursor.0.split_once('.')?;
    Some((number.parse().ok()?, slot.parse().ok()?))
}

#[async_trait]
impl Owners for Memory {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        Ok(self.living(owner, now).into_iter().map(|(_, key, stored)| (key, stored)).collect())
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let mut living = self.living(owner, now);
        living.retain(|(_, key, _)| Some(key) != except);
        Ok(living.into_iter().filter_map(|(place, ..)| self.disown(owner, place)).count())
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let mut living = self.living(owner, now);
        let above = living.len().saturating_sub(at_most);
        if trim == Trim::Newest {
            living.reverse();
        }
        Ok(living.into_iter().take(above).filter_map(|(place, ..)| self.disown(owner, place)).collect())
    }
}

impl Memory {
    pub(super) fn living(&self, owner: &str, now: UnixTime) -> Vec<(u64, StoreKey, Stored)> {
        let entry = |place| {
            self.at_place(owner, place, |shard, id| {
                let slot = shard.get(id).filter(|slot| !slot.is_expired(now))?;
                Some((place, slot.key(), slot.stored()))
            })
        };
        self.ownership.places(owner.as_bytes()).into_iter().filter_map(entry).collect()
    }

    /// `None`: a concurrent call removed it.
    fn disown(&self, owner: &str, place: u64) -> Option<StoreKey> {
        self.at_place(owner, place, |shard, id| self.discard(shard, id)).map(|slot| slot.key())
    }

    /// Follows an entry that is renamed at the same time.
    fn at_place<T>(&self, owner: &str, place: u64, look: impl Fn(&mut Shard, u32) -> Option<T>) -> Option<T> {
        loop {
            let spot = self.ownership.spot(owner.as_bytes(), place)?;
            let mut shard = lock(self.shards.get(spot.shard as usize)?);
            let membership = shard.get(spot.slot).and_then(|slot| slot.record.membership());
            if let Some(membership) = membership.filter(|membership| membership.place == place) {
                let is_owners = membership.owner == owner.as_bytes();
                return is_owners.then(|| look(&mut shard, spot.slot))?;
            }
        }
    }
}
