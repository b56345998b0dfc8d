//! Walks through all shards: to list, and to sweep.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};

use dewar::clock::UnixTime;
use dewar::store::{Cursor, Page};

use super::failed::Failed;
use super::files::{self, Draft};
use super::name::{self, Name};
use super::record::Record;
use super::shelves::Shelves;

impl Shelves {
    /// Entries in the order of their names. The cursor is the last one's.
    pub(super) fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, Failed> {
        let after = after.map_or("", |Cursor(name)| name.as_str());
        let first = after.get(..2).and_then(|shard| u8::from_str_radix(shard, 16).ok()).unwrap_or(0);
        let mut page = Page { entries: Vec::new(), next: None };
        for (_, shard) in name::shards(first) {
            for name in self.entries_of(&shard)?.into_iter().filter(|name| name.as_str() > after) {
                let found = self.live(&name, now)?.filter(|record| record.key.begins_with(prefix));
                let Some(record) = found else { continue };
                page.entries.push((record.key.clone(), record.stored()));
                if page.entries.len() >= at_most {
                    page.next = Some(Cursor(name.as_str().to_owned()));
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    /// One round through all shards at most, from where the last one stopped.
    pub(super) fn sweep(
        &self,
        at: &AtomicU8,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> Result<usize, Failed> {
        let mut swept = 0;
        for _ in 0..=u8::MAX {
            let number = at.load(Ordering::Relaxed);
            let answer = self.sweep_shard(number, prefix, at_most - swept, now);
            swept += *answer.as_ref().unwrap_or(&0);
            if answer.is_ok() && swept >= at_most {
                break;
            }
            // Also after a failure: one file that cannot be read shall not keep the other shards from being swept.
            at.store(number.wrapping_add(1), Ordering::Relaxed);
            answer?;
        }
        Ok(swept)
    }

    fn sweep_shard(&self, number: u8, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, Failed> {
        let (_, shard) = name::shards(number).next().unwrap_or_default();
        let swept = self.sweep_entries(&shard, prefix, at_most, now)?;
        if swept < at_most {
            self.sweep_index(&shard)?;
        }
        Ok(swept)
    }

    fn sweep_entries(
        &self,
        shard: &str,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> Result<usize, Failed> {
        let folder = self.entries.join(shard);
        let found = files::names(&folder)?;
        let (drafts, names): (Vec<_>, Vec<_>) = found.iter().partition(|name| Draft::has_name(name));
        let over = self.over(names.into_iter().filter_map(|name| Name::parse(name)), prefix, at_most, now)?;
        if over.is_empty() && drafts.is_empty() {
            return Ok(0);
        }
        let _held = self.locks.hold_shard(shard)?;
        // Drafts are written under the lock: one that is there now was left by a process that died.
        for draft in drafts {
            files::remove(&folder.join(draft))?;
        }
        // Looked at once more: an entry may have been touched before the lock was ours.
        let over = self.over(over.into_iter(), prefix, at_most, now)?;
        over.iter().try_for_each(|name| self.clear(name, None))?;
        Ok(over.len())
    }

    fn over(
        &self,
        names: impl Iterator<Item = Name>,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> io::Result<Vec<Name>> {
        let is_it = |record: Record| record.is_over(now) && record.key.begins_with(prefix);
        let is_over = |name: &Name| Ok(self.at(name)?.is_some_and(is_it));
        let looked_at = names.map(|name| is_over(&name).map(|is_over| is_over.then_some(name)));
        looked_at.filter_map(Result::transpose).take(at_most).collect()
    }

    /// Most owners never come back to have their index repaired by a read.
    fn sweep_index(&self, shard: &str) -> io::Result<()> {
        for owner in self.index.owners(shard)? {
            let _held = self.locks.hold(Some(&owner), &[])?;
            self.repaired(&owner)?;
        }
        Ok(())
    }

    fn entries_of(&self, shard: &str) -> io::Result<Vec<Name>> {
        let names = files::names(&self.entries.join(shard))?;
        let mut names: Vec<_> = names.iter().filter_map(|name| Name::parse(name)).collect();
        names.sort_unstable();
        Ok(names)
    }
}
