//! The file of one entry: how it is found, replaced and removed.

use std::io;
use std::path::PathBuf;

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, StoreKey};

use super::entry_files::EntryFiles;
use super::folder;
use super::name::Name;
use super::record::Record;
use super::report;
use crate::files::failed::Failed;
use crate::files::file::{self, Draft, Found};

impl EntryFiles {
    /// What counts under a name, unless it is over.
    pub(super) fn live(&self, name: &Name, now: UnixTime) -> io::Result<Option<Record>> {
        Ok(self.counting(name)?.filter(|record| !record.is_expired(now)))
    }

    /// The same under the lock, for whoever is going to replace or remove it.
    pub(super) fn live_to_write(&self, name: &Name, now: UnixTime) -> Result<Option<Record>, Failed> {
        let Some(found) = self.at(name)? else { return Ok(None) };
        self.settle(name, &found)?;
        let is_live = !found.is_expired(now) && !self.is_still_to_come(name, &found)?;
        Ok(is_live.then_some(found))
    }

    /// What lies under a name. A file that is cut, damaged or of another format is as good as none; no file is none only if its folder
    /// is still what it was.
    pub(super) fn at(&self, name: &Name) -> io::Result<Option<Record>> {
        let path = self.path(name)?;
        let found = match file::read(&path)? {
            Found::Nothing => {
                self.check()?;
                // It may have been mounted just now.
                file::read(&path)?
            }
            found => found,
        };
        let record = match found {
            Found::Nothing => return Ok(None),
            Found::Stranger => None,
            Found::Bytes(bytes) => Record::from_bytes(&bytes),
        };
        let record = record.filter(|record| Name::of(record.key.as_str()) == *name);
        if record.is_none() {
            report::not_whole(name);
        }
        Ok(record)
    }

    /// Whether the folder is still what it was when it was opened.
    pub(super) fn check(&self) -> io::Result<()> {
        folder::check(&self.folder)
    }

    /// Keeps a record, in place of what was there.
    ///
    /// The index comes first: an entry that it names in vain is dropped from it, one that it misses would be lost to its owner.
    pub(super) fn put(&self, name: &Name, record: &Record) -> Result<(), Failed> {
        let draft = self.draft(name, record)?;
        if let Some(owner) = &record.owner {
            self.index.add(&Name::of(owner), name, self.is_durable)?;
        }
        self.clear(name, Some(draft))
    }

    /// Moves an end. It draws no number and syncs no folder: a touch is no other revision, and one that a crash undoes does no harm.
    pub(super) fn extend(&self, name: &Name, found: Record, expires: UnixTime) -> io::Result<()> {
        self.draft(name, &Record { expires: Some(expires), ..found })?.place(name.as_str())
    }

    /// What takes the place of an entry that goes. It is nobody's.
    pub(super) fn tombstone(&self, key: &StoreKey, name: &Name, tombstone: &Entry) -> io::Result<Draft> {
        self.draft(name, &record(key, &Entry { owner: None, ..tombstone.clone() }, 0)?)
    }

    /// Removes the file of an entry, or puts another in its place.
    pub(super) fn clear(&self, name: &Name, instead: Option<Draft>) -> Result<(), Failed> {
        let has_changed = match instead {
            Some(draft) => draft.place(name.as_str()).map(|()| true)?,
            None => file::remove(&self.path(name)?)?,
        };
        if has_changed && self.is_durable {
            file::sync_folder(&self.entries.join(name.shard())).map_err(Failed::unknown)?;
        }
        Ok(())
    }

    pub(super) fn draft(&self, name: &Name, record: &Record) -> io::Result<Draft> {
        let bytes = record.to_bytes()?;
        let shard = self.entries.join(name.shard());
        if file::make_folder(&shard)? && self.is_durable {
            file::sync_folder(&self.entries)?;
        }
        Draft::write(&shard, &bytes, self.is_durable)
    }

    fn path(&self, name: &Name) -> io::Result<PathBuf> {
        let shard = self.entries.join(name.shard());
        file::is_plain_folder(&shard)?;
        Ok(shard.join(name.as_str()))
    }
}

/// An entry's record, with a number that no other write has.
pub(super) fn record(key: &StoreKey, entry: &Entry, place: u64) -> io::Result<Record> {
    Ok(Record {
        number: file::random_number()?,
        place,
        expires: entry.expires,
        owner: entry.owner.clone(),
        moves: None,
        key: key.clone(),
        payload: entry.payload.clone(),
    })
}
