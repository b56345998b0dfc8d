//! The contract over the files, one blocking call each.
//!
//! A file is read without a lock, for it is only ever replaced as a whole; whoever of us replaces or removes it holds the lock of its shard.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64};

use dewar_core::clock::UnixTime;
use dewar_core::old::{Created, Renamed, Swapped};
use dewar_core::{Entry, Revision, StoreKey, Stored, Touch};

use super::entry_file::Names;
use super::locks::{Locks, Wanted};
use super::options::CachelibOptions;
use super::record::{self, Record};
use crate::courtesies::Courtesies;
use crate::files::failed::Failed;

/// The folder and how it is used.
#[derive(Debug)]
pub(super) struct EntryFiles {
    pub(super) folder: PathBuf,
    pub(super) options: CachelibOptions,
    pub(super) locks: Locks,
    /// With fewer entries there is nothing to gain from another look at all of them.
    pub(super) prunes_above: AtomicU64,
    /// Entries that came and went, and that the counter does not know of yet.
    pub(super) uncounted: AtomicI64,
    pub(super) courtesies: Courtesies,
}

impl EntryFiles {
    /// A touch is a courtesy: if it cannot be done, the entry is shown all the same.
    pub(super) fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, Failed> {
        let names = self.names(key.as_str());
        let Some((_, found)) = self.live(&names, now)? else { return Ok(None) };
        let stored = found.stored();
        let Some(touch) = touch.filter(|touch| touch.is_due(stored.expires)) else { return Ok(Some(stored)) };
        match self.load_and_touch(&names, touch, now) {
            Ok(found) => Ok(found),
            Err(failed) => {
                self.courtesies.left("touch", &failed);
                Ok(Some(stored))
            }
        }
    }

    fn load_and_touch(&self, names: &Names, touch: Touch, now: UnixTime) -> Result<Option<Stored>, Failed> {
        let _held = self.locks.hold_for_a_touch(names.all())?;
        let Some((name, found)) = self.live(names, now)? else { return Ok(None) };
        let stored = found.stored();
        if touch.is_due(stored.expires) {
            self.extend(name, record::end(Some(touch.expires)))?;
        }
        Ok(Some(stored))
    }

    pub(super) fn create(
        &self,
        key: &StoreKey,
        entry: &Entry,
        wanted: Wanted,
        now: UnixTime,
    ) -> Result<Created, Failed> {
        let names = self.names(key.as_str());
        self.prune(now);
        let _held = self.locks.hold(wanted)?;
        if self.live_to_write(&names, now)?.is_some() {
            return Ok(Created::AlreadyThere);
        }
        let record = of_entry(entry);
        self.put(&names, &record)?;
        Ok(Created::Created(record.revision()))
    }

    pub(super) fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        wanted: Wanted,
        now: UnixTime,
    ) -> Result<Swapped, Failed> {
        let names = self.names(key.as_str());
        let _held = self.locks.hold(wanted)?;
        let Some((_, found)) = self.live_to_write(&names, now)? else { return Ok(Swapped::Gone) };
        if found.revision() != *seen {
            return Ok(Swapped::Changed(found.stored()));
        }
        let record = of_entry(entry);
        // Its end, in whole seconds, may still lie ahead.
        match entry.is_expired(now) {
            true => self.discard(names.all())?,
            false => self.put(&names, &record)?,
        }
        Ok(Swapped::Swapped(record.revision()))
    }

    pub(super) fn rename(
        &self,
        [old, new]: [&StoreKey; 2],
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        wanted: Wanted,
        now: UnixTime,
    ) -> Result<Renamed, Failed> {
        let [from, to] = [old, new].map(|key| self.names(key.as_str()));
        self.prune(now);
        let _held = self.locks.hold(wanted)?;
        let Some((name, found)) = self.live_to_write(&from, now)? else { return Ok(Renamed::Gone) };
        if found.revision() != *seen {
            return Ok(Renamed::Changed(found.stored()));
        }
        if self.live_to_write(&to, now)?.is_some() {
            return Ok(Renamed::AlreadyThere);
        }
        let (record, tombstone) = (of_entry(entry), tombstone.map(of_entry));
        self.rename_to((&from, name, &found), &to, &record, tombstone.as_ref())?;
        Ok(Renamed::Renamed(record.revision()))
    }

    pub(super) fn touch(
        &self,
        key: &StoreKey,
        expires: UnixTime,
        wanted: Wanted,
        now: UnixTime,
    ) -> Result<bool, Failed> {
        let names = self.names(key.as_str());
        let _held = self.locks.hold(wanted)?;
        let Some((name, _)) = self.live_to_write(&names, now)? else { return Ok(false) };
        Ok(self.extend(name, record::end(Some(expires)))?)
    }

    /// If there is no room for the tombstone, the entry is removed without one.
    pub(super) fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        wanted: Wanted,
        now: UnixTime,
    ) -> Result<bool, Failed> {
        let names = self.names(key.as_str());
        let _held = self.locks.hold(wanted)?;
        let was_there = self.live_to_write(&names, now)?.is_some();
        match tombstone.filter(|_| was_there).map(|tombstone| self.put(&names, &of_entry(tombstone))) {
            Some(Ok(())) => return Ok(true),
            Some(Err(failed)) => self.courtesies.left("tombstone", &failed),
            None => {}
        }
        self.discard(names.all())?;
        Ok(was_there)
    }
}

fn of_entry(entry: &Entry) -> Record {
    Record::new(entry.expires, entry.payload.clone())
}
