//! The contract over the files, one blocking call each.
//!
//! A file is read without a lock, for it is only ever replaced as a whole; whoever of us replaces or removes it holds the lock of its shard.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use dewar::clock::UnixTime;
use dewar::store::{Created, Entry, Renamed, Revision, StoreKey, Stored, Swapped, Touch};

use super::locks::Locks;
use super::options::CachelibOptions;
use super::record::{self, Record};
use crate::filesystem::failed::Failed;

/// The folder and how it is used.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) folder: PathBuf,
    pub(super) options: CachelibOptions,
    pub(super) locks: Locks,
    /// With fewer entries there is nothing to gain from another look at all of them.
    pub(super) prunes_above: AtomicU64,
}

impl Shelf {
    pub(super) fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, Failed> {
        let names = self.names(key.as_str());
        let Some((_, found)) = self.live(&names, now)? else { return Ok(None) };
        let Some(touch) = touch.filter(|touch| found.ends_before(touch.if_before)) else {
            return Ok(Some(found.stored()));
        };
        let _held = self.locks.hold(names.all())?;
        let Some((name, found)) = self.live(&names, now)? else { return Ok(None) };
        if found.ends_before(touch.if_before) {
            self.extend(name, record::end(Some(touch.expires)))?;
        }
        Ok(Some(found.stored()))
    }

    pub(super) fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, Failed> {
        self.prune(now)?;
        let names = self.names(key.as_str());
        let _held = self.locks.hold(names.all())?;
        if self.live(&names, now)?.is_some() {
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
        now: UnixTime,
    ) -> Result<Swapped, Failed> {
        let names = self.names(key.as_str());
        let _held = self.locks.hold(names.all())?;
        let Some((_, found)) = self.live(&names, now)? else { return Ok(Swapped::Gone) };
        if found.revision() != *seen {
            return Ok(Swapped::Changed(found.stored()));
        }
        let record = of_entry(entry);
        // Its end, in whole seconds, may still lie ahead.
        match entry.is_over(now) {
            true => self.discard(names.all()).map_err(Failed::Unknown)?,
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
        now: UnixTime,
    ) -> Result<Renamed, Failed> {
        self.prune(now)?;
        let [from, to] = [old, new].map(|key| self.names(key.as_str()));
        let _held = self.locks.hold(from.all().chain(to.all()))?;
        let Some((_, found)) = self.live(&from, now)? else { return Ok(Renamed::Gone) };
        if found.revision() != *seen {
            return Ok(Renamed::Changed(found.stored()));
        }
        if self.live(&to, now)?.is_some() {
            return Ok(Renamed::AlreadyThere);
        }
        let record = of_entry(entry);
        self.put(&to, &record)?;
        match tombstone {
            Some(tombstone) => self.put(&from, &of_entry(tombstone)),
            None => self.discard(from.all()).map_err(Failed::from),
        }
        .map_err(Failed::after_a_change)?;
        Ok(Renamed::Renamed(record.revision()))
    }

    pub(super) fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, Failed> {
        let names = self.names(key.as_str());
        let _held = self.locks.hold(names.all())?;
        let Some((name, _)) = self.live(&names, now)? else { return Ok(false) };
        Ok(self.extend(name, record::end(Some(expires)))?)
    }

    pub(super) fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, Failed> {
        let names = self.names(key.as_str());
        let _held = self.locks.hold(names.all())?;
        let was_there = self.live(&names, now)?.is_some();
        match tombstone {
            Some(tombstone) if was_there => self.put(&names, &of_entry(tombstone))?,
            _ => self.discard(names.all()).map_err(Failed::Unknown)?,
        }
        Ok(was_there)
    }
}

fn of_entry(entry: &Entry) -> Record {
    Record::new(entry.expires, entry.payload.clone())
}
