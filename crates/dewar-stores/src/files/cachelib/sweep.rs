//! Walks through the files: to remove what is over.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Instant;

use dewar_core::clock::UnixTime;

use super::entry_files::EntryFiles;
use super::folder;
use super::locks::Held;
use super::names;
use crate::files::failed::Failed;
use crate::files::file;

/// The shards of all names.
const SHARDS: &str = "0123456789abcdef";

impl EntryFiles {
    /// The names of all entries.
    pub(super) fn entries(&self) -> io::Result<Vec<String>> {
        let names = file::names(&self.folder)?;
        Ok(names.into_iter().filter(|name| self.options.names.is_entry(name)).collect())
    }

    /// Makes room before another entry comes. Where too many live, it is tried again only when there are more of them by a threshold.
    ///
    /// A courtesy to cachelib: what is locked is left for another time.
    pub(super) fn prune(&self, now: UnixTime) {
        if let Err(failed) = self.make_room(now) {
            self.courtesies.left("prune", &failed);
        }
    }

    fn make_room(&self, now: UnixTime) -> Result<(), Failed> {
        let threshold = self.options.threshold;
        if threshold == 0 || self.counted()? <= threshold.max(self.prunes_above.load(Ordering::Relaxed)) {
            return Ok(());
        }
        self.remove_over(usize::MAX, Instant::now(), now)?;
        let left = self.counted()?;
        let above = if left > threshold { left.saturating_add(threshold) } else { 0 };
        self.prunes_above.store(above, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn sweep(&self, at_most: usize, now: UnixTime) -> Result<usize, Failed> {
        folder::check(&self.folder)?;
        let until = Instant::now() + self.locks.tries;
        self.remove_drafts(until)?;
        self.settle_all(until)?;
        self.remove_over(at_most, until, now)
    }

    /// What is over in a shard whose lock is stuck is left for another time.
    fn remove_over(&self, at_most: usize, until: Instant, now: UnixTime) -> Result<usize, Failed> {
        let mut removed = 0;
        for name in self.entries()? {
            if removed >= at_most {
                break;
            }
            if self.is_expired(&name, now)? {
                let held = self.locks.hold_shard(names::shard(&name), until);
                let Some(_held) = self.unless_busy(held)? else { continue };
                // Looked at once more: it may have been touched before the lock was ours.
                if self.is_expired(&name, now)? {
                    self.settle(&name)?;
                    self.discard([name.as_str()])?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Drafts are written under the lock of their shard: one that is there under it was left by a process that died.
    fn remove_drafts(&self, until: Instant) -> Result<(), Failed> {
        let found = file::names(&self.folder)?;
        for shard in SHARDS.split("").filter(|shard| !shard.is_empty()) {
            let drafts: Vec<_> = found.iter().filter(|name| names::is_draft(name, shard)).collect();
            if drafts.is_empty() {
                continue;
            }
            let held = self.unless_busy(self.locks.hold_shard(shard, until))?;
            let counter = self.unless_busy(self.locks.hold_counter())?;
            if held.is_some() && counter.is_some() {
                drafts.iter().try_for_each(|draft| file::remove(&self.path(draft)).map(drop))?;
            }
        }
        Ok(())
    }

    pub(super) fn unless_busy(&self, held: Result<Held, Failed>) -> Result<Option<Held>, Failed> {
        match held {
            Err(Failed::Busy(lock)) => {
                self.courtesies.left("sweep", &Failed::Busy(lock));
                Ok(None)
            }
            held => held.map(Some),
        }
    }

    fn is_expired(&self, name: &str, now: UnixTime) -> io::Result<bool> {
        Ok(self.read(name)?.is_some_and(|record| record.is_expired(now)))
    }
}
