//! The entries of an owner.

use async_trait::async_trait;

use super::shard::Shard;
use super::{Memory, lock};
use crate::clock::UnixTime;
use crate::{Owners, StoreError, StoreKey, Stored, Surplus};

#[async_trait]
impl Owners for Memory {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        Ok(self.alive(owner, now).into_iter().map(|(_, key, stored)| (key, stored)).collect())
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let mut alive = self.alive(owner, now);
        alive.retain(|(_, key, _)| Some(key) != except);
        Ok(alive.into_iter().filter_map(|(place, ..)| self.disown(owner, place)).count())
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let mut alive = self.alive(owner, now);
        let above = alive.len().saturating_sub(at_most);
        if surplus == Surplus::Newest {
            alive.reverse();
        }
        Ok(alive.into_iter().take(above).filter_map(|(place, ..)| self.disown(owner, place)).collect())
    }
}

impl Memory {
    pub(super) fn alive(&self, owner: &str, now: UnixTime) -> Vec<(u64, StoreKey, Stored)> {
        let entry = |place| {
            self.at_place(owner, place, |shard, id| {
                let slot = shard.get(id).filter(|slot| !slot.is_expired(now))?;
                Some((place, slot.key.clone(), slot.stored()))
            })
        };
        self.registry.places(owner).into_iter().filter_map(entry).collect()
    }

    /// `None`: somebody else did.
    fn disown(&self, owner: &str, place: u64) -> Option<StoreKey> {
        self.at_place(owner, place, |shard, id| self.discard(shard, id))
    }

    /// Follows an entry that is renamed meanwhile.
    fn at_place<T>(&self, owner: &str, place: u64, look: impl Fn(&mut Shard, u32) -> Option<T>) -> Option<T> {
        loop {
            let spot = self.registry.spot(owner, place)?;
            let mut shard = lock(self.shards.get(spot.shard as usize)?);
            let claim = shard.get(spot.slot).and_then(|slot| slot.claim.as_ref());
            if claim.is_some_and(|claim| claim.place == place) {
                return look(&mut shard, spot.slot);
            }
        }
    }
}
