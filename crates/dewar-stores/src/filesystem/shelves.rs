//! The contract over files, one blocking call each.
//!
//! The file of an entry is the truth. It is read without a lock, for it is only ever replaced as a whole; whoever replaces or removes it
//! holds the lock of its shard, and that of the owner to whom a new entry goes.

use std::io;
use std::path::PathBuf;

use dewar::clock::UnixTime;
use dewar::store::{Created, Entry, Renamed, Revision, StoreKey, Stored, Swapped, Touch};

use super::failed::Failed;
use super::index::Index;
use super::keeping::record;
use super::locks::{Held, Locks};
use super::name::Name;
use super::record::Record;

/// Where entries lie.
#[derive(Debug, Clone)]
pub(super) struct Shelves {
    pub(super) entries: PathBuf,
    pub(super) locks: Locks,
    pub(super) index: Index,
    pub(super) is_durable: bool,
}

impl Shelves {
    pub(super) fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, Failed> {
        let name = Name::of(key.as_str());
        let Some(found) = self.live(&name, now)? else { return Ok(None) };
        match touch {
            Some(touch) if ends_before(&found, touch.if_before) => self.load_and_touch(&name, touch, now),
            _ => Ok(Some(found.stored())),
        }
    }

    fn load_and_touch(&self, name: &Name, touch: Touch, now: UnixTime) -> Result<Option<Stored>, Failed> {
        let _held = self.locks.hold(None, &[name])?;
        let Some(found) = self.live(name, now)? else { return Ok(None) };
        let stored = found.stored();
        if ends_before(&found, touch.if_before) {
            self.extend(name, found, touch.expires)?;
        }
        Ok(Some(stored))
    }

    pub(super) fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, Failed> {
        let name = Name::of(key.as_str());
        let held = self.hold(entry, &[&name])?;
        if self.live(&name, now)?.is_some() {
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
        now: UnixTime,
    ) -> Result<Swapped, Failed> {
        let name = Name::of(key.as_str());
        let held = self.hold(entry, &[&name])?;
        let Some(found) = self.live(&name, now)? else { return Ok(Swapped::Gone) };
        if found.revision() != *seen {
            return Ok(Swapped::Changed(found.stored()));
        }
        let record = record(key, entry, place(&found, entry, &held, now)?)?;
        self.put(&name, &record)?;
        Ok(Swapped::Swapped(record.revision()))
    }

    pub(super) fn rename(
        &self,
        [old, new]: [&StoreKey; 2],
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, Failed> {
        let [from, to] = [old, new].map(|key| Name::of(key.as_str()));
        let held = self.hold(entry, &[&from, &to])?;
        let Some(found) = self.live(&from, now)? else { return Ok(Renamed::Gone) };
        if found.revision() != *seen {
            return Ok(Renamed::Changed(found.stored()));
        }
        if self.live(&to, now)?.is_some() {
            return Ok(Renamed::AlreadyThere);
        }
        let record = record(new, entry, place(&found, entry, &held, now)?)?;
        // Both are on the disk before either is seen: a full disk then leaves things as they were.
        let tombstone = tombstone.map(|tombstone| self.tombstone(old, &from, tombstone)).transpose()?;
        self.put(&to, &record)?;
        self.clear(&from, tombstone).map_err(Failed::after_a_change)?;
        Ok(Renamed::Renamed(record.revision()))
    }

    pub(super) fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, Failed> {
        let name = Name::of(key.as_str());
        let _held = self.locks.hold(None, &[&name])?;
        let Some(found) = self.live(&name, now)? else { return Ok(false) };
        self.extend(&name, found, expires)?;
        Ok(true)
    }

    pub(super) fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, Failed> {
        let name = Name::of(key.as_str());
        let _held = self.locks.hold(None, &[&name])?;
        let was_there = self.live(&name, now)?.is_some();
        let tombstone = tombstone
            .filter(|_| was_there)
            .map(|tombstone| self.tombstone(key, &name, tombstone))
            .transpose()?;
        self.clear(&name, tombstone)?;
        Ok(was_there)
    }
}

fn ends_before(record: &Record, moment: UnixTime) -> bool {
    record.expires.is_some_and(|expires| expires < moment)
}

/// An entry keeps its place as long as its owner stays.
fn place(found: &Record, entry: &Entry, held: &Held, now: UnixTime) -> io::Result<u64> {
    if found.owner == entry.owner { Ok(found.place) } else { held.next_place(now) }
}
