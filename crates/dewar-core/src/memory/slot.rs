//! One stored entry.

use std::sync::Arc;

use bytes::Bytes;

use crate::clock::UnixTime;
use crate::revision::Revision;
use crate::{Entry, StoreKey, Stored};

/// The value of `ends` for an entry that never expires.
pub(super) const NEVER: i64 = i64::MAX;

/// The overhead of an entry in bytes: its slot, its place in the table, and the reference count of the payload.
const PER_ENTRY: usize = 144;

/// The additional overhead of an entry with an owner.
const PER_OWNED_ENTRY: usize = 192;

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) key: StoreKey,
    pub(super) payload: Bytes,
    /// Milliseconds since the epoch.
    pub(super) ends: i64,
    pub(super) revision: u64,
    pub(super) membership: Option<Box<Membership>>,
    /// The numbers of its neighbours in the ring of a wheel's bucket.
    pub(super) before: u32,
    pub(super) after: u32,
}

/// The owner of an entry, and its place among the owner's entries.
#[derive(Debug)]
pub(super) struct Membership {
    pub(super) owner: Arc<str>,
    pub(super) place: u64,
}

/// How much of the budget an entry takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) bytes: usize,
    pub(super) is_owned: bool,
}

impl Slot {
    pub(super) fn is_expired(&self, now: UnixTime) -> bool {
        self.ends != NEVER && now.millis() >= self.ends
    }

    pub(super) fn is(&self, seen: &Revision) -> bool {
        seen.number() == Some(self.revision)
    }

    pub(super) fn stored(&self) -> Stored {
        Stored {
            payload: self.payload.clone(),
            revision: Revision::from_number(self.revision),
            expires: (self.ends != NEVER).then_some(UnixTime::from_millis(self.ends)),
        }
    }

    pub(super) fn cost(&self) -> Cost {
        cost(&self.key, &self.payload, self.membership.as_ref().map(|membership| &*membership.owner))
    }
}

impl Cost {
    pub(super) fn of(key: &StoreKey, entry: &Entry) -> Self {
        cost(key, &entry.payload, entry.owner.as_deref())
    }
}

pub(super) fn ends(entry: &Entry) -> i64 {
    entry.expires.map_or(NEVER, UnixTime::millis)
}

fn cost(key: &StoreKey, payload: &Bytes, owner: Option<&str>) -> Cost {
    let for_owner = owner.map_or(0, |owner| PER_OWNED_ENTRY + owner.len());
    Cost { bytes: PER_ENTRY + key.as_str().len() + payload.len() + for_owner, is_owned: owner.is_some() }
}
