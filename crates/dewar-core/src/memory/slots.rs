//! Inserts, replaces and discards slots, together with the owners' index. The budget has been charged before.

use super::Memory;
use super::ownership::Spot;
use super::record::{Membership, Record};
use super::shard::Shard;
use super::slot::{Slot, ends};
use crate::Entry;
use crate::revision::Revision;

impl Memory {
    /// Inserts an entry under an unused key. A renamed entry has the record that it had under its previous key, whose membership and place it
    /// keeps.
    pub(super) fn insert(
        &self,
        shard: &mut Shard,
        (hash, key): (u64, &[u8]),
        entry: &Entry,
        renamed: Option<&Record>,
    ) -> Revision {
        let (id, revision) = (shard.next(), shard.next_revision());
        let spot = Spot { shard: shard.number, slot: id };
        let previous = renamed.and_then(Record::membership);
        let membership = match kept(previous, entry) {
            Some(membership) => {
                self.ownership.moved(membership, spot);
                Some(membership)
            }
            None => self.change_owner(previous, entry, spot),
        };
        let record = Record::new(key, membership, &entry.payload);
        shard.insert(hash, Slot { record, ends: ends(entry), revision, before: id, after: id });
        Revision::from_number(revision)
    }

    /// Replaces the contents of a slot, but not its key.
    pub(super) fn replace(&self, shard: &mut Shard, id: u32, entry: &Entry) -> Revision {
        let spot = Spot { shard: shard.number, slot: id };
        let record = shard.get(id).map(|slot| {
            let previous = slot.record.membership();
            let membership = kept(previous, entry).or_else(|| self.change_owner(previous, entry, spot));
            Record::new(slot.record.key(), membership, &entry.payload)
        });
        let revision = shard.next_revision();
        if let Some(record) = record {
            shard.write(id, record, ends(entry), revision);
        }
        Revision::from_number(revision)
    }

    /// Removes a slot and returns its bytes to the budget.
    pub(super) fn discard(&self, shard: &mut Shard, id: u32) -> Option<Slot> {
        let hash = self.hash(shard.get(id)?.record.key());
        let slot = shard.take(hash, id)?;
        self.budget.settle(slot.cost(), None);
        if let Some(membership) = slot.record.membership() {
            self.ownership.leave(membership);
        }
        Some(slot)
    }

    fn change_owner<'e>(
        &self,
        previous: Option<Membership<'_>>,
        entry: &'e Entry,
        spot: Spot,
    ) -> Option<Membership<'e>> {
        previous.inspect(|membership| self.ownership.leave(*membership));
        entry.owner.as_ref().map(|owner| self.ownership.join(owner.as_bytes(), spot))
    }
}

/// The membership, if the entry has the same owner.
fn kept<'r>(previous: Option<Membership<'r>>, entry: &Entry) -> Option<Membership<'r>> {
    previous
        .filter(|membership| entry.owner.as_ref().is_some_and(|owner| owner.as_bytes() == membership.owner))
}
