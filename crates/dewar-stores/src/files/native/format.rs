//! Dewar's own format, as a [`Format`].

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Lister, Owners, StoreKey, Stored, Write, WriteOutcome};

use super::index::{self, Index};
use super::layout::{ENTRIES, LOCKS, OWNERS};
use super::name::Name;
use super::record::Record;
use super::renaming::Rename;
use super::walk::Expired;
use crate::files::disk;
use crate::files::failure::Failure;
use crate::files::folder::StoreFolder;
use crate::files::format::Format;
use crate::files::locks::LockGuard;
use crate::files::store::FileStore;
use crate::lock_timeout;

/// The files of a folder in Dewar's own format.
#[derive(Debug, Clone)]
pub struct NativeFiles {
    pub(super) folder: StoreFolder,
    pub(super) entries: PathBuf,
    pub(super) index: Index,
    pub(super) is_durable: bool,
    /// The shard where the next sweep starts.
    pub(super) sweep_from: Arc<AtomicU8>,
}

impl NativeFiles {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            folder: StoreFolder::new(root, LOCKS, lock_timeout::WRITE),
            entries: root.join(ENTRIES),
            index: Index::new(root.join(OWNERS)),
            is_durable: true,
            sweep_from: Arc::default(),
        }
    }

    /// If there is no room for the tombstone, the entry is removed without one.
    fn remove(
        &self,
        name: &Name,
        key: &StoreKey,
        tombstone: Option<&Entry>,
    ) -> Result<WriteOutcome, Failure> {
        let tombstone = tombstone.and_then(|tombstone| {
            let draft = self.tombstone(name, key, tombstone);
            draft.map_err(|error| self.folder.best_effort.skipped("tombstone", &error)).ok()
        });
        self.end(name, tombstone)?;
        Ok(WriteOutcome::Removed)
    }
}

impl Format for NativeFiles {
    type Names = Name;
    type Found = Record;

    fn folder(&self) -> &StoreFolder {
        &self.folder
    }

    fn names(&self, key: &StoreKey) -> Name {
        Name::from_text(key.as_str())
    }

    fn locks(name: &Name) -> impl Iterator<Item = &str> {
        std::iter::once(name.shard())
    }

    fn owner_lock(owner: &str) -> Option<String> {
        Some(Name::from_text(owner).owner_lock())
    }

    fn live(&self, name: &Name, now: UnixTime) -> io::Result<Option<Record>> {
        Ok(self.current(name)?.filter(|record| !record.is_expired(now)))
    }

    fn live_to_write(&self, name: &Name, now: UnixTime) -> Result<Option<Record>, Failure> {
        let Some(found) = self.read(name)? else { return Ok(None) };
        self.undo_interrupted_rename(name, &found)?;
        let is_live = !found.is_expired(now) && !self.is_pending(name, &found)?;
        Ok(is_live.then_some(found))
    }

    fn stored(found: &Record) -> Stored {
        found.stored()
    }

    /// A touch keeps the revision number, and syncs no folder: if a crash undoes the touch, that does no harm.
    fn set_expiry(&self, name: &Name, found: Record, expires: UnixTime) -> io::Result<bool> {
        let draft = self.draft(name, &Record { expires: Some(expires), ..found })?;
        draft.place(&self.shard(name).join(name.as_str()))?;
        Ok(true)
    }

    fn execute(
        &self,
        write: Write<'_>,
        name: &Name,
        found: Option<Record>,
        lock: &LockGuard,
        now: UnixTime,
    ) -> Result<WriteOutcome, Failure> {
        match (write, found) {
            (Write::Remove { key, tombstone }, _) => self.remove(name, key, tombstone),
            (Write::Swap { seen, entry, .. }, _) if entry.is_expired(now) => {
                self.discard(name)?;
                Ok(WriteOutcome::Saved(seen.clone()))
            }
            (Write::Rename { new_key, entry, tombstone, .. }, Some(found)) => {
                let record = record(new_key, entry, Some(&found), lock, now)?;
                self.rename(&Rename::new(found, record), tombstone)
            }
            (Write::Rename { .. }, None) => Ok(WriteOutcome::Gone),
            (Write::Create { key, entry } | Write::Swap { key, entry, .. }, found) => {
                self.save(name, &record(key, entry, found.as_ref(), lock, now)?)
            }
        }
    }

    fn discard(&self, name: &Name) -> Result<(), Failure> {
        if disk::remove(&self.path(name)?)? { self.sync_shard(name) } else { Ok(()) }
    }

    fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, Failure> {
        self.sweep_shards(&Expired { prefix, now }, at_most)
    }

    fn lister(store: &FileStore<Self>) -> Option<&dyn Lister> {
        Some(store)
    }

    fn owners(store: &FileStore<Self>) -> Option<&dyn Owners> {
        Some(store)
    }
}

/// The record of an entry. An entry keeps its position while its owner stays the same; without an owner its position is 0.
fn record(
    key: &StoreKey,
    entry: &Entry,
    found: Option<&Record>,
    lock: &LockGuard,
    now: UnixTime,
) -> io::Result<Record> {
    let position = match (found, lock.owner()) {
        (Some(found), _) if found.owner == entry.owner => found.position,
        (_, Some(owner)) => index::next_position(owner, now)?,
        (_, None) => 0,
    };
    Record::new(key, entry, position)
}
