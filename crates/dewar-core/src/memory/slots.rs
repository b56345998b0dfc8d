//! Inserts, replaces and discards slots, together with the owners' index. The budget has been charged before.

use bytes::Bytes;

use super::Memory;
use super::shard::Shard;
use super::slot::{Membership, Slot, ends};
use crate::revision::Revision;
use crate::{Entry, StoreKey};

impl Memory {
    /// Inserts an entry under an unused key. A renamed entry keeps its membership and its position.
    pub(super) fn insert(
        &self,
        shard: &mut Shard,
        (hash, key): (u64, &StoreKey),
        entry: &Entry,
        membership: Option<Box<Membership>>,
    ) -> Revision {
        let (id, revision) = (shard.next(), shard.next_revision());
        let slot = Slot {
            key: key.clone(),
            // A copy, so that the key does not keep a larger buffer alive.
            payload: Bytes::copy_from_slice(&entry.payload),
            ends: ends(entry),
            revision,
            membership: self.membership(membership, entry.owner.as_deref(), (shard.number, id)),
            before: id,
            after: id,
        };
        shard.insert(&self.hasher, hash, slot);
        Revision::from_number(revision)
    }

    /// Replaces the contents of a slot, but not its key.
    pub(super) fn replace(&self, shard: &mut Shard, id: u32, entry: &Entry) -> Revision {
        let previous =
            shard.get(id).and_then(|slot| slot.membership.as_ref()).map(|membership| &*membership.owner);
        if previous != entry.owner.as_deref() {
            let previous = shard.set_membership(id, None);
            let membership = self.membership(previous, entry.owner.as_deref(), (shard.number, id));
            shard.set_membership(id, membership);
        }
        Revision::from_number(shard.write(id, Bytes::copy_from_slice(&entry.payload), ends(entry)))
    }

    /// Removes a slot and returns its bytes to the budget.
    pub(super) fn discard(&self, shard: &mut Shard, id: u32) -> Option<StoreKey> {
        let slot = shard.take(&self.hasher, id)?;
        self.budget.settle(slot.cost(), None);
        if let Some(membership) = &slot.membership {
            self.ownership.leave(membership);
        }
        Some(slot.key)
    }

    /// The membership of a slot in its owner's sessions: the previous membership, if the owner is the same.
    fn membership(
        &self,
        previous: Option<Box<Membership>>,
        owner: Option<&str>,
        (shard, slot): (u32, u32),
    ) -> Option<Box<Membership>> {
        match (previous, owner) {
            (Some(membership), Some(owner)) if *membership.owner == *owner => {
                self.ownership.moved(&membership, shard, slot);
                Some(membership)
            }
            (previous, owner) => {
                previous.inspect(|membership| self.ownership.leave(membership));
                owner.map(|owner| self.ownership.join(owner, shard, slot))
            }
        }
    }
}
