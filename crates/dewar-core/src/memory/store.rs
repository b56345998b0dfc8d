//! The memory store: shards, budget, and the contract, whose answers are all ready at once.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::quality::FixedState;

use super::budget::Budget;
use super::ownership::Ownership;
use super::shard::Shard;
use crate::clock::UnixTime;
use crate::{Answer, Lister, Owners, Store, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome};

pub(super) const SHARDS: usize = 64;

/// The default budget: 256 MiB.
const BUDGET: usize = 256 << 20;

/// A session store in the memory of this process. The sessions are lost when the process ends.
///
/// It never uses more than its budget (256 MiB by default) for keys, payloads and its own overhead. When the budget is used up, expired entries
/// are removed first, then the entries without an [owner](crate::Entry::owner) that expire soonest (to within 18 minutes). An entry with an
/// owner is never evicted: if no others are left, the write is [refused](crate::StoreErrorKind::Refused). So a flood of visitors logs nobody
/// out. Freed memory is reused for other entries, and not returned to the system.
///
/// Each write removes a few expired entries; nothing runs in the background.
pub struct Memory {
    pub(super) shards: Box<[Mutex<Shard>]>,
    hasher: FixedState,
    pub(super) budget: Budget,
    pub(super) ownership: Ownership,
    pub(super) evicting: Mutex<()>,
    /// The shard where the next sweep starts.
    pub(super) next_swept: AtomicUsize,
}

impl Memory {
    /// An empty store with a budget of 256 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self::with_budget(BUDGET)
    }

    /// An empty store with a budget of `bytes`.
    #[must_use]
    pub fn with_budget(bytes: usize) -> Self {
        Self {
            shards: (0_u32..).take(SHARDS).map(|number| Mutex::new(Shard::new(number))).collect(),
            // 64 bits from the operating system.
            hasher: FixedState::with_seed(RandomState::new().hash_one(())),
            budget: Budget::new(bytes),
            ownership: Ownership::default(),
            evicting: Mutex::default(),
            next_swept: AtomicUsize::new(0),
        }
    }

    /// The number of bytes of the budget that are in use.
    #[must_use]
    pub fn bytes_used(&self) -> usize {
        self.budget.used()
    }

    /// The number of entries, including expired entries that are not yet removed.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    pub(super) fn hash(&self, key: &[u8]) -> u64 {
        self.hasher.hash_one(key)
    }

    /// The index in a shard uses the upper half of the hash, so the lower one chooses the shard.
    pub(super) fn shard_number(hash: u64) -> usize {
        usize::try_from(hash % SHARDS as u64).unwrap_or_default()
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

    fn answers_at_once(&self) -> bool {
        true
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

/// A poisoned lock can be used: no statement that changes a shard can panic.
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
