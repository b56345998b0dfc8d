//! The contract over files, one blocking call each.
//!
//! The file of an entry is the truth. It is read without a lock, for it is only ever replaced as a whole; whoever replaces or removes it
//! holds the lock of its shard, and that of the owner to whom a new entry goes.

use std::io;
use std::path::{Path, PathBuf};

use dewar_core::clock::UnixTime;
use dewar_core::old::{Created, Renamed, Swapped};
use dewar_core::{Entry, Revision, StoreKey, Stored, Touch};

use super::entry_file::record;
use super::folder::FOLDERS;
use super::index::Index;
use super::locks::{Held, Locks};
use super::name::Name;
use super::record::Record;
use super::renaming::Move;
use crate::courtesies::Courtesies;
use crate::files::failed::Failed;

/// Where entries lie.
#[derive(Debug, Clone)]
pub(super) struct EntryFiles {
    pub(super) folder: PathBuf,
    pub(super) entries: PathBuf,
    pub(super) locks: Locks,
    pub(super) index: Index,
    pub(super) is_durable: bool,
    pub(super) courtesies: Courtesies,
}

impl EntryFiles {
    pub(super) fn new(folder: &Path) -> Self {
        let [entries, locks, owners] = FOLDERS.map(|name| folder.join(name));
        let (locks, index) = (Locks::new(locks), Index::new(owners));
        Self {
            folder: folder.to_owned(),
            entries,
            locks,
            index,
            is_durable: true,
            courtesies: Courtesies::default(),
        }
    }

    /// A touch is a courtesy: if it cannot be done, the entry is shown all the same.
    pub(super) fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, Failed> {
        let name = Name::of(key.as_str());
        let Some(found) = self.live(&name, now)? else { return Ok(None) };
        let Some(touch) = touch.filter(|touch| touch.is_due(found.expires)) else {
            return Ok(Some(found.stored()));
        };
        match self.load_and_touch(&name, touch, now) {
            Ok(found) => Ok(found),
            Err(failed) => {
                self.courtesies.left("touch", &failed);
                Ok(Some(found.stored()))
            }
        }
    }

    fn load_and_touch(&self, name: &Name, touch: Touch, now: UnixTime) -> Result<Option<Stored>, Failed> {
        let _held = self.locks.hold_for_a_touch(name)?;
        let Some(found) = self.live_to_write(name, now)? else { return Ok(None) };
        let stored = found.stored();
        if touch.is_due(found.expires) {
            self.extend(name, found, touch.expires)?;
        }
        Ok(Some(stored))
    }

    pub(super) fn create(
        &self,
        key: &StoreKey,
        entry: &Entry,
        held: &Held,
        now: UnixTime,
    ) -> Result<Created, Failed> {
        let name = Name::of(key.as_str());
        if self.live_to_write(&name, now)?.is_some() {
            return Ok(Created::AlreadyThere);
        }
        let record = record(key, entry, held.next_place(now)?)?;
        self.put(&name, &record)?;
        Ok(Created::Created(record.revision()))
    }

    pub(super) fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        held: &Held,
        now: UnixTime,
    ) -> Result<Swapped, Failed> {
        let name = Name::of(key.as_str());
        let Some(found) = self.live_to_write(&name, now)? else { return Ok(Swapped::Gone) };
        if found.revision() != *seen {
            return Ok(Swapped::Changed(found.stored()));
        }
        if entry.is_expired(now) {
            self.clear(&name, None)?;
            return Ok(Swapped::Swapped(found.revision()));
        }
        let record = record(key, entry, place(&found, entry, held, now)?)?;
        self.put(&name, &record)?;
        Ok(Swapped::Swapped(record.revision()))
    }

    pub(super) fn rename(
        &self,
        [old, new]: [&StoreKey; 2],
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        held: &Held,
        now: UnixTime,
    ) -> Result<Renamed, Failed> {
        let [from, to] = [old, new].map(|key| Name::of(key.as_str()));
        let Some(found) = self.live_to_write(&from, now)? else { return Ok(Renamed::Gone) };
        if found.revision() != *seen {
            return Ok(Renamed::Changed(found.stored()));
        }
        if self.live_to_write(&to, now)?.is_some() {
            return Ok(Renamed::AlreadyThere);
        }
        let record = record(new, entry, place(&found, entry, held, now)?)?;
        self.rename_to(Move { old, from, to, found, record }, tombstone)
    }

    pub(super) fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, Failed> {
        let name = Name::of(key.as_str());
        let Some(found) = self.live_to_write(&name, now)? else { return Ok(false) };
        self.extend(&name, found, expires)?;
        Ok(true)
    }

    /// If there is no room for the tombstone, the entry is removed without one.
    pub(super) fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, Failed> {
        let name = Name::of(key.as_str());
        let was_there = self.live_to_write(&name, now)?.is_some();
        let tombstone = tombstone.filter(|_| was_there).and_then(|tombstone| {
            let draft = self.tombstone(key, &name, tombstone);
            draft.map_err(|error| self.courtesies.left("tombstone", &error)).ok()
        });
        self.clear(&name, tombstone)?;
        Ok(was_there)
    }
}

/// An entry keeps its place as long as its owner stays.
fn place(found: &Record, entry: &Entry, held: &Held, now: UnixTime) -> io::Result<u64> {
    if found.owner == entry.owner { Ok(found.place) } else { held.next_place(now) }
}
