//! The entries of a store, a file each.
//!
//! A file is read without a lock, for it is only ever replaced as a whole; a call of ours that replaces or removes it holds the lock of its
//! shard.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64};

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, StoreError, StoreKey, Stored, Touch, Write, Written};

use super::entry_file::Names;
use super::names;
use super::options::CachelibOptions;
use super::record::{self, Record};
use super::renaming::Rename;
use crate::blocking::BlockingStore;
use crate::courtesies::Courtesies;
use crate::files::failure::Failure;
use crate::files::locks::{LockTurns, Locks};

/// The folder and how it is used.
#[derive(Debug)]
pub(super) struct EntryFiles {
    pub(super) root: PathBuf,
    pub(super) options: CachelibOptions,
    pub(super) locks: Locks,
    /// With fewer entries there is nothing to gain from another look at all of them.
    pub(super) prunes_above: AtomicU64,
    /// How many entries were added, less those removed, that the counter does not know of yet.
    pub(super) uncounted: AtomicI64,
    pub(super) courtesies: Courtesies,
}

impl EntryFiles {
    pub(super) fn new(root: &Path, options: CachelibOptions) -> Self {
        Self {
            root: root.to_owned(),
            locks: Locks::new(root.join(names::LOCKS), options.lock_timeout),
            options,
            prunes_above: AtomicU64::new(0),
            uncounted: AtomicI64::new(0),
            courtesies: Courtesies::default(),
        }
    }

    /// Does what was not refused, to the entry that was found.
    fn execute(
        &self,
        write: Write<'_>,
        names: &Names,
        found: Option<(&str, Record)>,
        now: UnixTime,
    ) -> Result<Written, Failure> {
        match (write, found) {
            (Write::Remove { tombstone, .. }, _) => self.remove(names, tombstone),
            // Its end, in whole seconds, may still lie ahead.
            (Write::Swap { entry, .. }, _) if entry.is_expired(now) => {
                self.discard(names.all())?;
                Ok(Written::Saved(Record::from(entry).revision()))
            }
            (Write::Rename { new_key, entry, tombstone, .. }, Some((name, found))) => {
                let (to, record) = (self.names(new_key.as_str()), Record::from(entry));
                let rename = Rename { from: names, name, found: &found, to: &to, record: &record };
                self.rename(&rename, tombstone.map(Record::from).as_ref())?;
                Ok(Written::Saved(record.revision()))
            }
            (Write::Rename { .. }, None) => Ok(Written::Gone),
            (Write::Create { entry, .. } | Write::Swap { entry, .. }, _) => {
                let record = Record::from(entry);
                self.save(names, &record)?;
                Ok(Written::Saved(record.revision()))
            }
        }
    }

    /// If there is no room for the tombstone, the entry is removed without one.
    fn remove(&self, names: &Names, tombstone: Option<&Entry>) -> Result<Written, Failure> {
        if let Some(tombstone) = tombstone {
            match self.save(names, &Record::from(tombstone)) {
                Ok(()) => return Ok(Written::Removed),
                Err(failure) => self.courtesies.left("tombstone", &failure),
            }
        }
        self.discard(names.all())?;
        Ok(Written::Removed)
    }
}

impl BlockingStore for EntryFiles {
    type Turns = LockTurns;
    type Failure = Failure;

    async fn turns(&self, _: Option<&str>, keys: &[&StoreKey]) -> Result<LockTurns, Failure> {
        let names: Vec<_> = keys.iter().map(|key| self.names(key.as_str())).collect();
        self.locks.turns(None, names.iter().flat_map(Names::shards)).await
    }

    fn find(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, Failure> {
        Ok(self.live(&self.names(key.as_str()), now)?.map(|(_, record)| record.stored()))
    }

    fn find_and_touch(&self, key: &StoreKey, touch: Touch, now: UnixTime) -> Result<Option<Stored>, Failure> {
        let names = self.names(key.as_str());
        let _lock = self.locks.lock_to_touch(names.shards())?;
        let Some((name, found)) = self.live(&names, now)? else { return Ok(None) };
        let stored = found.stored();
        if touch.is_due(stored.expires) {
            self.set_end(name, record::end(Some(touch.expires)))?;
        }
        Ok(Some(stored))
    }

    fn write(&self, write: Write<'_>, turns: LockTurns, now: UnixTime) -> Result<Written, Failure> {
        if matches!(write, Write::Create { .. } | Write::Rename { .. }) {
            self.prune(now);
        }
        let _lock = self.locks.lock(turns)?;
        let names = self.names(write.key().as_str());
        let found = self.live_to_write(&names, now)?;
        let is_taken = |key: &StoreKey| {
            let names = self.names(key.as_str());
            self.live_to_write(&names, now).map(|found| found.is_some())
        };
        match (write.try_refusal(found.as_ref().map(|(_, record)| record.stored()), is_taken)?, write) {
            (None, _) => self.execute(write, &names, found, now),
            (Some(refusal), Write::Remove { .. }) => {
                // There may be a file that holds no entry.
                self.discard(names.all())?;
                Ok(refusal)
            }
            (Some(refusal), _) => Ok(refusal),
        }
    }

    fn touch(
        &self,
        key: &StoreKey,
        expires: UnixTime,
        turns: LockTurns,
        now: UnixTime,
    ) -> Result<bool, Failure> {
        let names = self.names(key.as_str());
        let _lock = self.locks.lock(turns)?;
        let Some((name, _)) = self.live_to_write(&names, now)? else { return Ok(false) };
        Ok(self.set_end(name, record::end(Some(expires)))?)
    }

    fn courtesies(&self) -> &Courtesies {
        &self.courtesies
    }

    fn store_error(&self, failure: Failure) -> StoreError {
        failure.into_store_error(&self.root)
    }
}
