//! Walks through the files to remove expired entries and what crashed processes have left.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Instant;

use dewar_core::clock::UnixTime;

use super::format::CachelibFiles;
use super::names;
use crate::files::disk;
use crate::files::failure::Failure;
use crate::files::locks::LockGuard;

/// The shards of all names.
const SHARDS: &str = "0123456789abcdef";

impl CachelibFiles {
    /// The names of all entries.
    pub(super) fn entries(&self) -> io::Result<Vec<String>> {
        let names = disk::names_in(&self.folder.root)?;
        Ok(names.into_iter().filter(|name| self.options.names.is_entry(name)).collect())
    }

    /// Removes expired entries before another is added, if there are more entries than the threshold. If too many are live, this is tried again
    /// only after as many more entries as the threshold.
    ///
    /// Best effort: shards that are locked are skipped.
    pub(super) fn prune(&self, now: UnixTime) {
        if let Err(failure) = self.try_prune(now) {
            self.folder.best_effort.skipped("prune", &failure);
        }
    }

    fn try_prune(&self, now: UnixTime) -> Result<(), Failure> {
        let threshold = self.options.threshold;
        if threshold == 0 || self.counted()? <= threshold.max(self.prunes_above.load(Ordering::Relaxed)) {
            return Ok(());
        }
        self.remove_expired(usize::MAX, Instant::now(), now)?;
        let left = self.counted()?;
        let above = if left > threshold { left.saturating_add(threshold) } else { 0 };
        self.prunes_above.store(above, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn sweep_all(&self, at_most: usize, now: UnixTime) -> Result<usize, Failure> {
        self.check()?;
        let until = Instant::now() + self.folder.locks.timeout;
        self.remove_drafts(until)?;
        self.undo_interrupted_renames(until)?;
        self.remove_expired(at_most, until, now)
    }

    fn remove_expired(&self, at_most: usize, until: Instant, now: UnixTime) -> Result<usize, Failure> {
        let mut removed = 0;
        for name in self.entries()? {
            if removed >= at_most {
                break;
            }
            if self.is_expired(&name, now)? && self.remove_if_expired(&name, until, now)? {
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn remove_if_expired(&self, name: &str, until: Instant, now: UnixTime) -> Result<bool, Failure> {
        let Some(_lock) = self.lock_unless_busy(names::shard(name), until)? else { return Ok(false) };
        // Read again: it may have been touched before it was locked.
        if !self.is_expired(name, now)? {
            return Ok(false);
        }
        self.undo_interrupted_rename(name)?;
        self.remove_files([name])?;
        Ok(true)
    }

    /// Drafts are written under the lock of their shard, or of the counter. A draft that exists while both are locked was left by a process that
    /// crashed.
    fn remove_drafts(&self, until: Instant) -> Result<(), Failure> {
        let found = disk::names_in(&self.folder.root)?;
        for shard in SHARDS.split("").filter(|shard| !shard.is_empty()) {
            let drafts: Vec<_> = found.iter().filter(|name| names::is_draft(name, shard)).collect();
            if drafts.is_empty() {
                continue;
            }
            let lock = self.lock_unless_busy(shard, until)?;
            let counter = Failure::unless_busy(self.lock_counter(), &self.folder.best_effort)?;
            if lock.is_some() && counter.is_some() {
                drafts.iter().try_for_each(|draft| disk::remove(&self.path(draft)).map(drop))?;
            }
        }
        Ok(())
    }

    /// Locks a shard; `None` if it is locked: it is skipped this time.
    pub(super) fn lock_unless_busy(&self, shard: &str, until: Instant) -> Result<Option<LockGuard>, Failure> {
        Failure::unless_busy(self.folder.locks.lock_in_walk(shard, until), &self.folder.best_effort)
    }

    fn is_expired(&self, name: &str, now: UnixTime) -> io::Result<bool> {
        Ok(self.read_unchecked(name)?.is_some_and(|record| record.is_expired(now)))
    }
}
