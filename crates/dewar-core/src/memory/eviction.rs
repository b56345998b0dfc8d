//! Eviction: which entries go when the budget is used up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;

use super::shard::Shard;
use super::{Memory, lock};
use crate::StoreError;
use crate::clock::UnixTime;

/// Eviction frees 1/`SLACK` of the budget in addition, so that not every write has to evict.
const SLACK: usize = 128;

impl Memory {
    /// Makes room for `need` bytes: removes expired entries first, then the entries without an owner that expire soonest.
    ///
    /// # Errors
    /// `Refused`, with nothing evicted, if the entries with an owner leave no room.
    pub(super) fn make_room(&self, need: usize, now: UnixTime) -> Result<(), StoreError> {
        let _only_one = lock(&self.evicting);
        if self.budget.has_room_for(need) {
            return Ok(());
        }
        self.sweep_all("", usize::MAX, now);
        if self.budget.has_room_for(need) {
            return Ok(());
        }
        if !self.budget.could_have_room_for(need) {
            return Err(StoreError::refused(Full { budget: self.budget.total() }));
        }
        let wanted = need.saturating_add(self.budget.total() / SLACK);
        self.evict_until(|| self.budget.has_room_for(wanted));
        // Concurrent writes may have used the room by now; then this is called again.
        Ok(())
    }

    /// Evicts entries without an owner, of all shards those first that expire soonest.
    fn evict_until(&self, is_enough: impl Fn() -> bool) {
        let end = |(number, shard)| Some((lock::<Shard>(shard).soonest()?.0, number));
        let ends = self.shards.iter().enumerate().filter_map(end);
        let mut soonest: BinaryHeap<_> = ends.map(Reverse).collect();
        while !is_enough() {
            let Some(Reverse((_, number))) = soonest.pop() else { return };
            let Some(mut shard) = self.shards.get(number).map(lock) else { return };
            if let Some((_, id)) = shard.soonest() {
                self.discard(&mut shard, id);
            }
            soonest.extend(shard.soonest().map(|(ends, _)| Reverse((ends, number))));
        }
    }
}

#[derive(Debug)]
struct Full {
    budget: usize,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let budget = self.budget;
        write!(
            f,
            "sessions with an owner take all {budget} bytes: give the memory store a larger budget (Memory::with_budget)"
        )
    }
}

impl std::error::Error for Full {}
