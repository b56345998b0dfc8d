//! Which owner has which slots, in the order in which they got the owner.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::lock;
use super::slot::Membership;

/// Its lock is taken after the lock of a shard, never before.
#[derive(Debug, Default)]
pub(super) struct Ownership {
    owners: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    owners: HashMap<Arc<str>, Vec<Spot>>,
    places: u64,
}

/// Where an owned entry is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    place: u64,
    pub(super) shard: u32,
    pub(super) slot: u32,
}

impl Ownership {
    /// Adds a slot to the owner's slots, in the last place.
    pub(super) fn join(&self, owner: &str, shard: u32, slot: u32) -> Box<Membership> {
        let mut owners = lock(&self.owners);
        owners.places += 1;
        let place = owners.places;
        let owner =
            owners.owners.get_key_value(owner).map_or_else(|| owner.into(), |(owner, _)| Arc::clone(owner));
        owners.owners.entry(Arc::clone(&owner)).or_default().push(Spot { place, shard, slot });
        Box::new(Membership { owner, place })
    }

    /// Records that the entry has moved to another slot; it keeps its place.
    pub(super) fn moved(&self, membership: &Membership, shard: u32, slot: u32) {
        let mut owners = lock(&self.owners);
        let spots = owners.owners.get_mut(&membership.owner);
        if let Some(spot) =
            spots.and_then(|spots| spots.iter_mut().find(|spot| spot.place == membership.place))
        {
            (spot.shard, spot.slot) = (shard, slot);
        }
    }

    pub(super) fn leave(&self, membership: &Membership) {
        let mut owners = lock(&self.owners);
        let Some(spots) = owners.owners.get_mut(&membership.owner) else { return };
        spots.retain(|spot| spot.place != membership.place);
        if spots.is_empty() {
            owners.owners.remove(&membership.owner);
        }
    }

    /// The places of an owner's entries, oldest first.
    pub(super) fn places(&self, owner: &str) -> Vec<u64> {
        lock(&self.owners).owners.get(owner).into_iter().flatten().map(|spot| spot.place).collect()
    }

    /// Where the entry at this place is now.
    pub(super) fn spot(&self, owner: &str, place: u64) -> Option<Spot> {
        lock(&self.owners).owners.get(owner)?.iter().find(|spot| spot.place == place).copied()
    }
}
