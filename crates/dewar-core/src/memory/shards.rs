//! The store itself: its shards, its budget, and who counts what.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ledger::Ledger;
use super::registry::Registry;
use super::shard::Shard;
use crate::StoreKey;

pub(super) const SHARDS: usize = 64;

/// Unless told otherwise: 256 MiB.
const BUDGET: usize = 256 << 20;

/// Keeps sessions in this process's memory: they end with it.
///
/// It never holds more than its budget, 256 MiB unless told otherwise: keys, payloads and what it takes to keep them. When it is
/// full, what is over goes first; then the entries without an [owner](crate::Entry::owner) that end soonest (to within 18 minutes).
/// An entry with an owner is never put out: if nothing else is left, the write is [refused](crate::StoreErrorKind::Refused), so a
/// flood of visitors logs nobody out. Memory that became free is kept for other entries, not given back.
///
/// What is over is removed bit by bit by later writes; nothing runs in the background.
pub struct Memory {
    pub(super) shards: Box<[Mutex<Shard>]>,
    pub(super) hasher: RandomState,
    pub(super) ledger: Ledger,
    pub(super) registry: Registry,
    pub(super) making_room: Mutex<()>,
    /// Where the next sweep begins.
    pub(super) hand: AtomicUsize,
}

impl Memory {
    /// An empty store for 256 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self::with_budget(BUDGET)
    }

    /// An empty store for so many bytes.
    #[must_use]
    pub fn with_budget(bytes: usize) -> Self {
        Self {
            shards: (0_u32..).take(SHARDS).map(|number| Mutex::new(Shard::new(number))).collect(),
            hasher: RandomState::new(),
            ledger: Ledger::new(bytes),
            registry: Registry::default(),
            making_room: Mutex::default(),
            hand: AtomicUsize::new(0),
        }
    }

    /// How many bytes of the budget are in use.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.ledger.used()
    }

    /// How many entries there are, with those that are over but not yet removed.
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
        write!(f, "Memory({} entries, {} bytes)", self.entries(), self.bytes())
    }
}
