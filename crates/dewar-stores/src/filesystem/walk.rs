//! Walks through all shards: to list, and to sweep.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

use dewar::clock::UnixTime;
use dewar::store::{Cursor, Page};

use super::failed::Failed;
use super::files::{self, Draft};
use super::name::{self, Name};
use super::record::Record;
use super::shelves::Shelves;

impl Shelves {
    /// Entries in the order of their names. The cursor is the last one's.
    pub(super) fn list(&self, after: Option<&Cursor>, at_most: usize, now: UnixTime) -> Result<Page, Failed> {
        let after = after.map_or("", |Cursor(name)| name.as_str());
        let first = after.get(..2).and_then(|shard| u8::from_str_radix(shard, 16).ok()).unwrap_or(0);
        let mut page = Page { entries: Vec::new(), next: None };
        self.check()?;
        for (_, shard) in name::shards(first) {
            for name in self.entries_of(&shard)?.into_iter().filter(|name| name.as_str() > after) {
                let Some(record) = self.live(&name, now)? else { continue };
                page.entries.push((record.key.clone(), record.stored()));
                if page.entries.len() >= at_most {
                    page.next = Some(Cursor(name.as_str().to_owned()));
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    /// One round through all shards at most, from where the last one stopped. A shard whose lock is stuck is left for the next round.
    pub(super) fn sweep(&self, at: &AtomicU8, at_most: usize, now: UnixTime) -> Result<usize, Failed> {
        self.check()?;
        let until = Instant::now() + self.locks.tries;
        let mut swept = 0;
        for _ in 0..=u8::MAX {
            let number = at.load(Ordering::Relaxed);
            let answer = self.sweep_shard(number, at_most - swept, until, now);
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
        at_most: usize,
        until: Instant,
        now: UnixTime,
    ) -> Result<usize, Failed> {
        let (_, shard) = name::shards(number).next().unwrap_or_default();
        let swept = self.sweep_entries(&shard, at_most, until, now)?;
        if swept < at_most {
            self.sweep_index(&shard, until)?;
        }
        Ok(swept)
    }

    fn sweep_entries(
        &self,
        shard: &str,
        at_most: usize,
        until: Instant,
        now: UnixTime,
    ) -> Result<usize, Failed> {
        let folder = self.entries.join(shard);
        let found = files::names(&folder)?;
        let (drafts, names): (Vec<_>, Vec<_>) = found.iter().partition(|name| Draft::has_name(name));
        let names: Vec<_> = names.into_iter().filter_map(|name| Name::parse(name)).collect();
        let over = self.over(names, at_most, now)?;
        if over.is_empty() && drafts.is_empty() {
            return Ok(0);
        }
        let _held = self.locks.hold_shard(shard, until)?;
        // Drafts are written under the lock: one that is there now was left by a process that died.
        for draft in drafts {
            files::remove(&folder.join(draft))?;
        }
        // Looked at once more: an entry may have been touched before the lock was ours.
        let over = self.over(over.into_iter().map(|(name, _)| name).collect(), at_most, now)?;
        for (name, record) in &over {
            self.settle(name, record)?;
            self.clear(name, None)?;
        }
        Ok(over.len())
    }

    fn over(&self, names: Vec<Name>, at_most: usize, now: UnixTime) -> io::Result<Vec<(Name, Record)>> {
        let over = |name: Name| {
            let found = self.at(&name)?.filter(|record| record.is_over(now));
            Ok(found.map(|record| (name, record)))
        };
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

    fn entries_of(&self, shard: &str) -> io::Result<Vec<Name>> {
        let names = files::names(&self.entries.join(shard))?;
        let mut names: Vec<_> = names.iter().filter_map(|name| Name::parse(name)).collect();
        names.sort_unstable();
        Ok(names)
    }
}
