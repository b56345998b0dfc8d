//! Removes what is over, shard by shard, and what the dead have left.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

use dewar_core::clock::UnixTime;

use super::entry_files::EntryFiles;
use super::name::{self, Name};
use super::record::Record;
use crate::files::failed::Failed;
use crate::files::file::{self, Draft};

/// What is to be removed.
pub(super) struct Over<'a> {
    /// How its keys begin.
    pub(super) prefix: &'a str,
    pub(super) now: UnixTime,
}

impl EntryFiles {
    /// One round through all shards at most, from where the last one stopped. A shard whose lock is stuck is left for the next round.
    pub(super) fn sweep(&self, at: &AtomicU8, what: &Over<'_>, at_most: usize) -> Result<usize, Failed> {
        self.check()?;
        let until = Instant::now() + self.locks.tries;
        let mut swept = 0;
        for _ in 0..=u8::MAX {
            let number = at.load(Ordering::Relaxed);
            let answer = self.sweep_shard(number, what, at_most - swept, until);
            swept += *answer.as_ref().unwrap_or(&0);
            if answer.is_ok() && swept >= at_most {
                break;
            }
            // Also after a failure: one file that cannot be read shall not keep the other shards from being swept.
            at.store(number.wrapping_add(1), Ordering::Relaxed);
            match answer {
                Err(Failed::Busy(lock)) => self.courtesies.left("sweep", &Failed::Busy(lock)),
                answer => _ = answer?,
            }
        }
        Ok(swept)
    }

    fn sweep_shard(
        &self,
        number: u8,
        what: &Over<'_>,
        at_most: usize,
        until: Instant,
    ) -> Result<usize, Failed> {
        let (_, shard) = name::shards(number).next().unwrap_or_default();
        let swept = self.sweep_entries(&shard, what, at_most, until)?;
        if swept < at_most {
            self.sweep_index(&shard, until)?;
        }
        Ok(swept)
    }

    fn sweep_entries(
        &self,
        shard: &str,
        what: &Over<'_>,
        at_most: usize,
        until: Instant,
    ) -> Result<usize, Failed> {
        let folder = self.entries.join(shard);
        let found = file::names(&folder)?;
        let (drafts, names): (Vec<_>, Vec<_>) = found.iter().partition(|name| Draft::has_name(name));
        let names = names.into_iter().filter_map(|name| Name::parse(name)).collect();
        let over = self.over(names, what, at_most)?;
        if over.is_empty() && drafts.is_empty() {
            return Ok(0);
        }
        let _held = self.locks.hold_shard(shard, until)?;
        // Drafts are written under the lock: one that is there now was left by a process that died.
        for draft in drafts {
            file::remove(&folder.join(draft))?;
        }
        // Looked at once more: an entry may have been touched before the lock was ours.
        let over = self.over(over.into_iter().map(|(name, _)| name).collect(), what, at_most)?;
        for (name, record) in &over {
            self.settle(name, record)?;
            self.clear(name, None)?;
        }
        Ok(over.len())
    }

    fn over(&self, names: Vec<Name>, what: &Over<'_>, at_most: usize) -> io::Result<Vec<(Name, Record)>> {
        let is_it = |record: &Record| record.is_expired(what.now) && record.key.begins_with(what.prefix);
        let over = |name: Name| Ok(self.at(&name)?.filter(is_it).map(|record| (name, record)));
        names.into_iter().map(over).filter_map(Result::transpose).take(at_most).collect()
    }

    /// Most owners never come back to have their index repaired by a read.
    fn sweep_index(&self, shard: &str, until: Instant) -> Result<(), Failed> {
        for owner in self.index.owners(shard)? {
            let _held = self.locks.hold_owner(&owner, until)?;
            self.repaired(&owner)?;
        }
        Ok(())
    }
}
