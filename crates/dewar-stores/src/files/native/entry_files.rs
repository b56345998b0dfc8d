//! The entries of a store, a file each.
//!
//! The file of an entry is the truth. It is read without a lock, for it is only ever replaced as a whole; a call that replaces or removes it
//! holds the lock of its shard, and that of the owner who gets a new entry.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, StoreError, StoreKey, Stored, Touch, Write, Written};

use super::index::{self, Index};
use super::layout::FOLDERS;
use super::name::Name;
use super::record::Record;
use super::renaming::Rename;
use crate::blocking::BlockingStore;
use crate::courtesies::Courtesies;
use crate::files::failure::Failure;
use crate::files::locks::{LockGuard, LockTurns, Locks};
use crate::tries;

/// The folder and how it is used.
#[derive(Debug, Clone)]
pub(super) struct EntryFiles {
    pub(super) root: PathBuf,
    pub(super) entries: PathBuf,
    pub(super) locks: Locks,
    pub(super) index: Index,
    pub(super) is_durable: bool,
    pub(super) courtesies: Courtesies,
    /// The shard at which the next sweep begins.
    pub(super) sweep_from: Arc<AtomicU8>,
}

impl EntryFiles {
    pub(super) fn new(root: &Path) -> Self {
        let [entries, locks, owners] = FOLDERS.map(|name| root.join(name));
        Self {
            root: root.to_owned(),
            entries,
            locks: Locks::new(locks, tries::WRITE),
            index: Index::new(owners),
            is_durable: true,
            courtesies: Courtesies::default(),
            sweep_from: Arc::default(),
        }
    }

    /// Does what was not refused, to the entry that was found.
    fn execute(
        &self,
        write: Write<'_>,
        name: Name,
        found: Option<Record>,
        lock: &LockGuard,
        now: UnixTime,
    ) -> Result<Written, Failure> {
        match (write, found) {
            (Write::Remove { key, tombstone }, _) => self.remove(&name, key, tombstone),
            (Write::Swap { seen, entry, .. }, _) if entry.is_expired(now) => {
                self.discard(&name)?;
                Ok(Written::Saved(seen.clone()))
            }
            (Write::Rename { key, new_key, entry, tombstone, .. }, Some(found)) => {
                let record = Record::new(new_key, entry, position(Some(&found), entry, lock, now)?)?;
                let to = Name::from_text(new_key.as_str());
                self.rename(Rename { old: key, from: name, to, found, record }, tombstone)
            }
            (Write::Rename { .. }, None) => Ok(Written::Gone),
            (Write::Create { key, entry } | Write::Swap { key, entry, .. }, found) => {
                let record = Record::new(key, entry, position(found.as_ref(), entry, lock, now)?)?;
                self.save(&name, &record)?;
                Ok(Written::Saved(record.revision()))
            }
        }
    }

    /// If there is no room for the tombstone, the entry is removed without one.
    fn remove(&self, name: &Name, key: &StoreKey, tombstone: Option<&Entry>) -> Result<Written, Failure> {
        let tombstone = tombstone.and_then(|tombstone| {
            let draft = self.tombstone(name, key, tombstone);
            draft.map_err(|error| self.courtesies.left("tombstone", &error)).ok()
        });
        self.end(name, tombstone)?;
        Ok(Written::Removed)
    }
}

impl BlockingStore for EntryFiles {
    type Turns = LockTurns;
    type Failure = Failure;

    async fn turns(&self, owner: Option<&str>, keys: &[&StoreKey]) -> Result<LockTurns, Failure> {
        let owner = owner.map(|owner| Name::from_text(owner).owner_lock());
        let names: Vec<_> = keys.iter().map(|key| Name::from_text(key.as_str())).collect();
        self.locks.turns(owner.as_deref(), names.iter().map(Name::shard)).await
    }

    fn find(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, Failure> {
        let found = self.live(&Name::from_text(key.as_str()), now)?;
        Ok(found.map(|found| found.stored()))
    }

    fn find_and_touch(&self, key: &StoreKey, touch: Touch, now: UnixTime) -> Result<Option<Stored>, Failure> {
        let name = Name::from_text(key.as_str());
        let _lock = self.locks.lock_to_touch([name.shard()].into_iter())?;
        let Some(found) = self.live_to_write(&name, now)? else { return Ok(None) };
        let stored = found.stored();
        if touch.is_due(found.expires) {
            self.set_expiry(&name, found, touch.expires)?;
        }
        Ok(Some(stored))
    }

    fn write(&self, write: Write<'_>, turns: LockTurns, now: UnixTime) -> Result<Written, Failure> {
        let lock = self.locks.lock(turns)?;
        let name = Name::from_text(write.key().as_str());
        let found = self.live_to_write(&name, now)?;
        let is_taken = |key: &StoreKey| {
            let name = Name::from_text(key.as_str());
            self.live_to_write(&name, now).map(|found| found.is_some())
        };
        match (write.try_refusal(found.as_ref().map(Record::stored), is_taken)?, write) {
            (None, _) => self.execute(write, name, found, &lock, now),
            (Some(refusal), Write::Remove { .. }) => {
                // There may be a file that holds no entry.
                self.discard(&name)?;
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
        let _lock = self.locks.lock(turns)?;
        let name = Name::from_text(key.as_str());
        let Some(found) = self.live_to_write(&name, now)? else { return Ok(false) };
        self.set_expiry(&name, found, expires)?;
        Ok(true)
    }

    fn courtesies(&self) -> &Courtesies {
        &self.courtesies
    }

    fn store_error(&self, failure: Failure) -> StoreError {
        failure.into_store_error(&self.root)
    }
}

/// An entry keeps its position as long as its owner stays; without an owner it has none.
fn position(found: Option<&Record>, entry: &Entry, lock: &LockGuard, now: UnixTime) -> io::Result<u64> {
    match (found, lock.owner()) {
        (Some(found), _) if found.owner == entry.owner => Ok(found.position),
        (_, Some(owner)) => index::next_position(owner, now),
        (_, None) => Ok(0),
    }
}
