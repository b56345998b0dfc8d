//! Walks through all shards, to list entries, and to remove expired entries and what crashed processes have left.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Instant;

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Page, StoreKey, Stored};

use super::format::NativeFiles;
use super::name::{self, Name};
use super::record::Record;
use crate::files::disk;
use crate::files::failure::Failure;
use crate::files::format::Format as _;

/// The entries to remove: expired entries whose keys start with the prefix.
pub(super) struct Expired<'a> {
    pub(super) prefix: &'a str,
    pub(super) now: UnixTime,
}

impl NativeFiles {
    /// Lists entries in the order of their names. The cursor is the name of the last entry.
    pub(super) fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, Failure> {
        let after = after.map_or("", |Cursor(name)| name.as_str());
        let first = after.get(..2).and_then(|shard| u8::from_str_radix(shard, 16).ok()).unwrap_or(0);
        let mut page = Page { entries: Vec::new(), next: None };
        self.check()?;
        for shard in name::shards(first) {
            for name in self.names_in(&shard)?.into_iter().filter(|name| name.as_str() > after) {
                let Some(entry) = self.listed(&name, prefix, now)? else { continue };
                page.entries.push(entry);
                if page.entries.len() >= at_most {
                    page.next = Some(Cursor(name.as_str().to_owned()));
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    fn names_in(&self, shard: &str) -> io::Result<Vec<Name>> {
        let names = disk::names_in(&self.entries.join(shard))?;
        let mut names: Vec<_> = names.iter().filter_map(|name| Name::parse(name)).collect();
        names.sort_unstable();
        Ok(names)
    }

    fn listed(&self, name: &Name, prefix: &str, now: UnixTime) -> io::Result<Option<(StoreKey, Stored)>> {
        let found = self.live(name, now)?.filter(|record| record.key.starts_with(prefix));
        Ok(found.map(|record| (record.key.clone(), record.stored())))
    }

    /// Sweeps each shard at most once, from where the last sweep stopped. A shard whose lock is not free is skipped until the next sweep.
    pub(super) fn sweep_shards(&self, expired: &Expired<'_>, at_most: usize) -> Result<usize, Failure> {
        self.check()?;
        let until = Instant::now() + self.folder.locks.timeout;
        let mut swept = 0;
        for _ in 0..=u8::MAX {
            let number = self.sweep_from.load(Ordering::Relaxed);
            let answer = self.sweep_shard(&name::shard(number), expired, at_most - swept, until);
            swept += *answer.as_ref().unwrap_or(&0);
            if answer.is_ok() && swept >= at_most {
                break;
            }
            // Also after a failure: one unreadable file must not prevent the other shards from being swept.
            self.sweep_from.store(number.wrapping_add(1), Ordering::Relaxed);
            Failure::unless_busy(answer, &self.folder.best_effort)?;
        }
        Ok(swept)
    }

    fn sweep_shard(
        &self,
        shard: &str,
        expired: &Expired<'_>,
        at_most: usize,
        until: Instant,
    ) -> Result<usize, Failure> {
        let swept = self.sweep_entries(shard, expired, at_most, until)?;
        if swept < at_most {
            self.sweep_index(shard, until)?;
        }
        Ok(swept)
    }

    fn sweep_entries(
        &self,
        shard: &str,
        expired: &Expired<'_>,
        at_most: usize,
        until: Instant,
    ) -> Result<usize, Failure> {
        let path = self.entries.join(shard);
        let found = disk::names_in(&path)?;
        let (drafts, names): (Vec<_>, Vec<_>) = found.iter().partition(|name| name::is_draft(name));
        let names = names.into_iter().filter_map(|name| Name::parse(name));
        let seen = self.expired(names, expired, at_most)?;
        if seen.is_empty() && drafts.is_empty() {
            return Ok(0);
        }
        let _lock = self.folder.locks.lock_in_walk(shard, until)?;
        // Drafts are written under the lock, so a draft that exists now was left by a process that crashed.
        drafts.into_iter().try_for_each(|draft| disk::remove(&path.join(draft)).map(drop))?;
        // Read again: an entry may have been touched before it was locked.
        let seen = self.expired(seen.into_iter().map(|(name, _)| name), expired, at_most)?;
        for (name, record) in &seen {
            self.undo_interrupted_rename(name, record)?;
            self.discard(name)?;
        }
        Ok(seen.len())
    }

    fn expired(
        &self,
        names: impl Iterator<Item = Name>,
        expired: &Expired<'_>,
        at_most: usize,
    ) -> io::Result<Vec<(Name, Record)>> {
        let is_one =
            |record: &Record| record.is_expired(expired.now) && record.key.starts_with(expired.prefix);
        let read = |name: Name| Ok(self.read(&name)?.filter(is_one).map(|record| (name, record)));
        names.map(read).filter_map(Result::transpose).take(at_most).collect()
    }

    /// Repairs the index of each owner, since most owners never come back to have it repaired by a read.
    fn sweep_index(&self, shard: &str, until: Instant) -> Result<(), Failure> {
        for owner in self.index.owners(shard)? {
            let _lock = self.folder.locks.lock_in_walk(&owner.owner_lock(), until)?;
            self.repaired(&owner)?;
        }
        Ok(())
    }
}
