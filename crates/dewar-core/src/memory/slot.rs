//! One stored entry.

use bytes::Bytes;

use super::record::Record;
use crate::clock::UnixTime;
use crate::revision::Revision;
use crate::{Entry, StoreKey, Stored};

/// The value of `ends` for an entry that never expires.
pub(super) const NEVER: i64 = i64::MAX;

/// The overhead of an entry in bytes: its slot, its place in the index, and what an allocator adds to an allocation.
const PER_ENTRY: usize = 80;

/// The additional overhead of an entry with an owner: its place, here and in the owners' index.
const PER_OWNED_ENTRY: usize = 64;

/// 48 bytes, so that there is little to read of each entry that is not in the processor's cache.
pub(super) struct Slot {
    pub(super) record: Record,
    /// Milliseconds since the epoch.
    pub(super) ends: i64,
    pub(super) revision: u64,
    /// The numbers of its neighbours in the ring of a wheel's bucket.
    pub(super) before: u32,
    pub(super) after: u32,
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

    pub(super) fn key(&self) -> StoreKey {
        StoreKey::new(String::from_utf8_lossy(self.record.key()))
    }

    /// A copy, so that no reader keeps alive what has been replaced. (A reference count for each entry takes 24 bytes, and is one more line
    /// that the processor's cache does not have.)
    pub(super) fn stored(&self) -> Stored {
        Stored {
            payload: Bytes::copy_from_slice(self.record.payload()),
            revision: Revision::from_number(self.revision),
            expires: (self.ends != NEVER).then_some(UnixTime::from_millis(self.ends)),
        }
    }

    pub(super) fn cost(&self) -> Cost {
        let owner = self.record.membership().map(|membership| membership.owner.len());
        cost(self.record.key().len(), self.record.payload().len(), owner)
    }
}

impl Cost {
    pub(super) fn of(key: &StoreKey, entry: &Entry) -> Self {
        cost(key.as_bytes().len(), entry.payload.len(), entry.owner.as_ref().map(String::len))
    }
}

pub(super) fn ends(entry: &Entry) -> i64 {
    entry.expires.map_or(NEVER, UnixTime::millis)
}

fn cost(key: usize, payload: usize, owner: Option<usize>) -> Cost {
    let for_owner = owner.map_or(0, |owner| PER_OWNED_ENTRY + owner);
    Cost { bytes: PER_ENTRY + key + payload + for_owner, is_owned: owner.is_some() }
}
