//! One entry as it is kept.

use std::sync::Arc;

use bytes::Bytes;

use crate::clock::UnixTime;
use crate::revision::Revision;
use crate::{Entry, StoreKey, Stored};

/// The end of what never ends.
pub(super) const NEVER: i64 = i64::MAX;

/// What an entry costs beside its key and payload: its slot, its place in the table, the payload's counter of readers.
const PER_ENTRY: usize = 144;

/// What it costs besides if it has an owner.
const PER_OWNED_ENTRY: usize = 192;

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) key: StoreKey,
    pub(super) payload: Bytes,
    /// Milliseconds since the epoch.
    pub(super) ends: i64,
    pub(super) revision: u64,
    pub(super) membership: Option<Box<Membership>>,
    /// Its neighbours in the wheel's ring.
    pub(super) before: u32,
    pub(super) after: u32,
}

/// Whose an entry is, and its place among theirs.
#[derive(Debug)]
pub(super) struct Membership {
    pub(super) owner: Arc<str>,
    pub(super) place: u64,
}

/// What is charged to the budget.
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
