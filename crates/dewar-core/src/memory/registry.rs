//! Who owns which slots, in the order they came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::lock;
use super::slot::Claim;

/// Locked after a shard, never before one.
#[derive(Debug, Default)]
pub(super) struct Registry {
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
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

impl Registry {
    /// Enters a slot as the owner's last.
    pub(super) fn join(&self, owner: &str, shard: u32, slot: u32) -> Box<Claim> {
        let mut books = lock(&self.books);
        books.places += 1;
        let place = books.places;
        let owner =
            books.owners.get_key_value(owner).map_or_else(|| owner.into(), |(owner, _)| Arc::clone(owner));
        books.owners.entry(Arc::clone(&owner)).or_default().push(Spot { place, shard, slot });
        Box::new(Claim { owner, place })
    }

    /// The entry has moved, and keeps its place.
    pub(super) fn moved(&self, claim: &Claim, shard: u32, slot: u32) {
        let mut books = lock(&self.books);
        let spots = books.owners.get_mut(&claim.owner);
        if let Some(spot) = spots.and_then(|spots| spots.iter_mut().find(|spot| spot.place == claim.place)) {
            (spot.shard, spot.slot) = (shard, slot);
        }
    }

    pub(super) fn leave(&self, claim: &Claim) {
        let mut books = lock(&self.books);
        let Some(spots) = books.owners.get_mut(&claim.owner) else { return };
        spots.retain(|spot| spot.place != claim.place);
        if spots.is_empty() {
            books.owners.remove(&claim.owner);
        }
    }

    /// The places of an owner's entries, those that came first before the others.
    pub(super) fn places(&self, owner: &str) -> Vec<u64> {
        lock(&self.books).owners.get(owner).into_iter().flatten().map(|spot| spot.place).collect()
    }

    /// Where the entry at this place is now.
    pub(super) fn spot(&self, owner: &str, place: u64) -> Option<Spot> {
        lock(&self.books).owners.get(owner)?.iter().find(|spot| spot.place == place).copied()
    }
}
