//! How slots come, change and go, with the owners' registry told each time. The ledger was asked before.

use bytes::Bytes;

use super::Memory;
use super::shard::Shard;
use super::slot::{Claim, Slot, ends};
use crate::revision::Revision;
use crate::{Entry, StoreKey};

impl Memory {
    /// Keeps an entry under a key that is free. A claim that it brings along keeps its place.
    pub(super) fn insert(
        &self,
        shard: &mut Shard,
        (hash, key): (u64, &StoreKey),
        entry: &Entry,
        claim: Option<Box<Claim>>,
    ) -> Revision {
        let (id, revision) = (shard.next(), shard.next_revision());
        let slot = Slot {
            key: key.clone(),
            // A copy: it shares no larger buffer with anybody.
            payload: Bytes::copy_from_slice(&entry.payload),
            ends: ends(entry),
            revision,
            claim: self.claim(claim, entry.owner.as_deref(), (shard.number, id)),
            before: id,
            after: id,
        };
        shard.insert(&self.hasher, hash, slot);
        Revision::of_number(revision)
    }

    /// Replaces what a slot holds; its key stays.
    pub(super) fn replace(&self, shard: &mut Shard, id: u32, entry: &Entry) -> Revision {
        let had = shard.get(id).and_then(|slot| slot.claim.as_ref()).map(|claim| &*claim.owner);
        if had != entry.owner.as_deref() {
            let had = shard.set_claim(id, None);
            let claim = self.claim(had, entry.owner.as_deref(), (shard.number, id));
            shard.set_claim(id, claim);
        }
        Revision::of_number(shard.write(id, Bytes::copy_from_slice(&entry.payload), ends(entry)))
    }

    /// Removes a slot and gives its room back.
    pub(super) fn discard(&self, shard: &mut Shard, id: u32) -> Option<StoreKey> {
        let slot = shard.take(&self.hasher, id)?;
        self.ledger.settle(slot.cost(), None);
        if let Some(claim) = &slot.claim {
            self.registry.leave(claim);
        }
        Some(slot.key)
    }

    /// The claim of an owner's on a slot: the one it had, if it was theirs.
    fn claim(
        &self,
        had: Option<Box<Claim>>,
        owner: Option<&str>,
        (shard, slot): (u32, u32),
    ) -> Option<Box<Claim>> {
        match (had, owner) {
            (Some(claim), Some(owner)) if *claim.owner == *owner => {
                self.registry.moved(&claim, shard, slot);
                Some(claim)
            }
            (had, owner) => {
                had.inspect(|claim| self.registry.leave(claim));
                owner.map(|owner| self.registry.join(owner, shard, slot))
            }
        }
    }
}
