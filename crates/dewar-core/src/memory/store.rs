//! The store itself: its shards, its budget, and the contract, whose answers are all there at once.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::budget::Budget;
use super::ownership::Ownership;
use super::shard::Shard;
use crate::clock::UnixTime;
use crate::{Answer, Lister, Owners, Store, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome};

pub(super) const SHARDS: usize = 64;

/// Unless told otherwise: 256 MiB.
const BUDGET: usize = 256 << 20;

/// Stores sessions in the memory of this process; they are gone when it ends.
///
/// It never holds more than its budget, 256 MiB by default: keys, payloads and its own overhead. When it is full, expired entries are
/// removed first; then the entries without an [owner](crate::Entry::owner) that expire soonest (to within 18 minutes). An entry with an
/// owner is never evicted: if no others are left, the write is [refused](crate::StoreErrorKind::Refused), so that a flood of visitors
/// logs nobody out. Memory that becomes free is reused for other entries, not returned to the system.
///
/// Expired entries are removed little by little by later writes; nothing runs in the background.
pub struct Memory {
    pub(super) shards: Box<[Mutex<Shard>]>,
    pub(super) hasher: RandomState,
    pub(super) budget: Budget,
    pub(super) ownership: Ownership,
    pub(super) evicting: Mutex<()>,
    /// The shard where the next sweep begins.
    pub(super) next_swept: AtomicUsize,
}

impl Memory {
    /// An empty store for 256 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self::with_budget(BUDGET)
    }

    /// An empty store with a budget of `bytes`.
    #[must_use]
    pub fn with_budget(bytes: usize) -> Self {
        Self {
            shards: (0_u32..).take(SHARDS).map(|number| Mutex::new(Shard::new(number))).collect(),
            hasher: RandomState::new(),
            budget: Budget::new(bytes),
            ownership: Ownership::default(),
            evicting: Mutex::default(),
            next_swept: AtomicUsize::new(0),
        }
    }

    /// How many bytes of the budget are in use.
    #[must_use]
    pub fn bytes_used(&self) -> usize {
        self.budget.used()
    }

    /// How many entries there are, expired ones that are not yet removed included.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    pub(super) fn hash(&self, key: &StoreKey) -> u64 {
        self.hasher.hash_one(key)
    }

    /// The table in a shard goes by the lowest and the highest bits of the hash; the shard is chosen by others.
    pub(super) fn shard_number(hash: u64) -> usize {
        usize::try_from((hash >> 32) % SHARDS as u64).unwrap_or_default()
    }

    #[expect(clippy::indexing_slicing, reason = "the number is below SHARDS")]
    pub(super) fn shard(&self, hash: u64) -> MutexGuard<'_, Shard> {
        lock(&self.shards[Self::shard_number(hash)])
    }
}

impl Store for Memory {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        Answer::ready(self.load_now(key, touch, now))
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        Answer::Now(match write {
            Write::Create { key, entry } => self.create_now(key, entry, now),
            Write::Swap { key, seen, entry } => self.swap_now(key, seen, entry, now),
            Write::Rename { key, new_key, seen, entry, tombstone } => {
                self.rename_now(key, new_key, seen, entry, tombstone, now)
            }
            Write::Remove { key, tombstone } => Ok(self.remove_now(key, tombstone, now)),
        })
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        Answer::ready(self.touch_now(key, expires, now))
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

/// A shard is whole between any two statements that can panic: none of them can.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} entries, {} bytes)", self.entries(), self.bytes_used())
    }
}
