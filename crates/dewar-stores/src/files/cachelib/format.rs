//! cachelib's format, as a [`Format`].

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64};

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, StoreKey, Stored, Write, WriteOutcome};

use super::entry_file::Found;
use super::names::{LOCKS, Names};
use super::record::{self, Record};
use super::store::CachelibOptions;
use crate::files::failure::Failure;
use crate::files::folder::StoreFolder;
use crate::files::format::Format;
use crate::files::locks::LockGuard;

/// The files of a cachelib folder.
#[derive(Debug)]
pub struct CachelibFiles {
    pub(super) folder: StoreFolder,
    pub(super) options: CachelibOptions,
    /// With fewer entries than this, it is not worth looking at all of them again.
    pub(super) prunes_above: AtomicU64,
    /// The number of entries added minus those removed that the counter does not include yet.
    pub(super) uncounted: AtomicI64,
}

impl CachelibFiles {
    pub(super) fn new(root: &Path, options: CachelibOptions) -> Self {
        Self {
            folder: StoreFolder::new(root, LOCKS, options.lock_timeout),
            options,
            prunes_above: AtomicU64::new(0),
            uncounted: AtomicI64::new(0),
        }
    }

    /// If there is no room for the tombstone, the entry is removed without one.
    fn remove(&self, names: &Names, tombstone: Option<&Entry>) -> Result<WriteOutcome, Failure> {
        if let Some(tombstone) = tombstone {
            match self.save(names, &Record::from(tombstone)) {
                Ok(_) => return Ok(WriteOutcome::Removed),
                Err(failure) => self.folder.best_effort.skipped("tombstone", &failure),
            }
        }
        self.discard(names)?;
        Ok(WriteOutcome::Removed)
    }
}

impl Format for CachelibFiles {
    type Names = Names;
    type Found = Found;

    fn folder(&self) -> &StoreFolder {
        &self.folder
    }

    fn names(&self, key: &StoreKey) -> Names {
        Names::of_key(key.as_str(), &self.options)
    }

    fn locks(names: &Names) -> impl Iterator<Item = &str> {
        names.shards()
    }

    fn live(&self, names: &Names, now: UnixTime) -> io::Result<Option<Found>> {
        for name in names.all() {
            if let Some(record) = self.read(name)?.filter(|record| !record.is_expired(now)) {
                return Ok(Some(Found { record, is_under_other_name: name != names.written }));
            }
        }
        Ok(None)
    }

    fn live_to_write(&self, names: &Names, now: UnixTime) -> Result<Option<Found>, Failure> {
        names.all().try_for_each(|name| self.undo_interrupted_rename(name))?;
        Ok(self.live(names, now)?)
    }

    fn stored(found: &Found) -> Stored {
        found.record.stored()
    }

    fn set_expiry(&self, names: &Names, found: Found, expires: UnixTime) -> io::Result<bool> {
        self.set_end(names.of_found(&found), record::end(Some(expires)))
    }

    fn make_room(&self, now: UnixTime) {
        self.prune(now);
    }

    fn execute(
        &self,
        write: Write<'_>,
        names: &Names,
        found: Option<Found>,
        _: &LockGuard,
        now: UnixTime,
    ) -> Result<WriteOutcome, Failure> {
        match (write, found) {
            (Write::Remove { tombstone, .. }, _) => self.remove(names, tombstone),
            // Its expiry, in whole seconds, may still be in the future.
            (Write::Swap { entry, .. }, _) if entry.is_expired(now) => {
                self.discard(names)?;
                Ok(WriteOutcome::Saved(Record::from(entry).revision()))
            }
            (Write::Rename { new_key, entry, tombstone, .. }, Some(found)) => {
                let tombstone = tombstone.map(Record::from);
                self.rename([names, &self.names(new_key)], &found, &entry.into(), tombstone.as_ref())
            }
            (Write::Rename { .. }, None) => Ok(WriteOutcome::Gone),
            (Write::Create { entry, .. } | Write::Swap { entry, .. }, _) => self.save(names, &entry.into()),
        }
    }

    fn discard(&self, names: &Names) -> Result<(), Failure> {
        self.remove_files(names.all())
    }

    /// The files do not contain their keys. A folder belongs to one program, so all of it is swept.
    fn sweep(&self, _: &str, at_most: usize, now: UnixTime) -> Result<usize, Failure> {
        self.sweep_all(at_most, now)
    }
}
