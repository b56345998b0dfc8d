//! Walks through the files: to remove what is over.

use std::io;
use std::sync::atomic::Ordering;

use dewar::clock::UnixTime;

use super::names;
use super::shelf::Shelf;
use crate::filesystem::failed::Failed;
use crate::filesystem::files;

/// The shards of all names.
const SHARDS: &str = "0123456789abcdef";

impl Shelf {
    /// The names of all entries.
    pub(super) fn entries(&self) -> io::Result<Vec<String>> {
        let names = files::names(&self.folder)?;
        Ok(names.into_iter().filter(|name| self.options.names.is_entry(name)).collect())
    }

    /// Makes room before another entry comes. Where too many live, it is tried again only when there are more of them by a threshold.
    pub(super) fn prune(&self, now: UnixTime) -> io::Result<()> {
        let threshold = self.options.threshold;
        if threshold == 0 || self.counted()? <= threshold.max(self.prunes_above.load(Ordering::Relaxed)) {
            return Ok(());
        }
        self.remove_over(usize::MAX, now)?;
        let left = self.counted()?;
        let above = if left > threshold { left.saturating_add(threshold) } else { 0 };
        self.prunes_above.store(above, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn sweep(&self, at_most: usize, now: UnixTime) -> Result<usize, Failed> {
        self.remove_drafts()?;
        Ok(self.remove_over(at_most, now)?)
    }

    fn remove_over(&self, at_most: usize, now: UnixTime) -> io::Result<usize> {
        let mut removed = 0;
        for name in self.entries()? {
            if removed >= at_most {
                break;
            }
            if self.is_over(&name, now)? {
                let _held = self.locks.hold([name.as_str()])?;
                // Looked at once more: it may have been touched before the lock was ours.
                if self.is_over(&name, now)? {
                    self.discard([name.as_str()])?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Drafts are written under the lock of their shard: one that is there under it was left by a process that died.
    fn remove_drafts(&self) -> io::Result<()> {
        let found = files::names(&self.folder)?;
        for shard in SHARDS.split("").filter(|shard| !shard.is_empty()) {
            let drafts: Vec<_> = found.iter().filter(|name| names::is_draft(name, shard)).collect();
            if drafts.is_empty() {
                continue;
            }
            let _held = self.locks.hold([shard])?;
            let _counter = self.locks.hold_counter()?;
            drafts.iter().try_for_each(|draft| files::remove(&self.path(draft)).map(drop))?;
        }
        Ok(())
    }

    fn is_over(&self, name: &str, now: UnixTime) -> io::Result<bool> {
        Ok(self.at(name)?.is_some_and(|record| record.is_over(now)))
    }
}
