//! Removing what is over.

use std::sync::atomic::Ordering;

use async_trait::async_trait;

use super::shard::Shard;
use super::{Memory, lock};
use crate::clock::UnixTime;
use crate::{StoreError, Sweeper};

/// Finds what is over some 8 seconds after its end.
#[async_trait]
impl Sweeper for Memory {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        Ok(self.sweep_all(prefix, at_most, now))
    }
}

impl Memory {
    /// Goes around all shards once, from where the last sweep ended.
    pub(super) fn sweep_all(&self, prefix: &str, at_most: usize, now: UnixTime) -> usize {
        let (start, mut swept) = (self.hand.load(Ordering::Relaxed), 0);
        let around = self.shards.iter().enumerate().cycle().skip(start % self.shards.len().max(1));
        for (number, shard) in around.take(self.shards.len()) {
            swept += self.sweep_shard(&mut lock(shard), prefix, at_most - swept, now);
            if swept == at_most {
                self.hand.store(number, Ordering::Relaxed);
                break;
            }
        }
        swept
    }

    pub(super) fn sweep_shard(
        &self,
        shard: &mut Shard,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> usize {
        for swept in 0..at_most {
            let Some(id) = shard.over(prefix, now) else { return swept };
            self.discard(shard, id);
        }
        at_most
    }
}
