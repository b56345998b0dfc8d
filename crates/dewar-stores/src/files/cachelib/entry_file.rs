//! The file of one entry: found, replaced and removed.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use dewar_core::clock::UnixTime;

use super::entry_files::EntryFiles;
use super::layout;
use super::names;
use super::record::Record;
use crate::files::draft::Draft;
use crate::files::failure::Failure;
use crate::files::file::{self, Found};

/// The names that a key's file may have: the one by which it is written, and another by which it is read.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) written: String,
    pub(super) other: Option<String>,
}

impl Names {
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.written.as_str()).chain(self.other.as_deref())
    }

    pub(super) fn shards(&self) -> impl Iterator<Item = &str> {
        self.all().map(names::shard)
    }
}

impl EntryFiles {
    pub(super) fn names(&self, key: &str) -> Names {
        let names = self.options.names;
        let other = self.options.reads_other_names.then(|| names.other().hash(key));
        Names { written: names.hash(key), other }
    }

    /// The entry of a key, unless it has expired, and the name of its file.
    pub(super) fn live<'a>(&self, names: &'a Names, now: UnixTime) -> io::Result<Option<(&'a str, Record)>> {
        for name in names.all() {
            if let Some(record) = self.read(name)?.filter(|record| !record.is_expired(now)) {
                return Ok(Some((name, record)));
            }
        }
        Ok(None)
    }

    /// The same under the locks, for a call that is going to replace or remove it.
    pub(super) fn live_to_write<'a>(
        &self,
        names: &'a Names,
        now: UnixTime,
    ) -> Result<Option<(&'a str, Record)>, Failure> {
        names.all().try_for_each(|name| self.undo_interrupted_rename(name))?;
        Ok(self.live(names, now)?)
    }

    /// What a file holds. One that is cut, or is no file, is as good as none; no file is none only if the folder is still what it was.
    fn read(&self, name: &str) -> io::Result<Option<Record>> {
        if let Some(record) = self.read_unchecked(name)? {
            return Ok(Some(record));
        }
        layout::check(&self.root)?;
        // It may have been mounted just now.
        self.read_unchecked(name)
    }

    /// What a file holds, whatever has become of the folder.
    pub(super) fn read_unchecked(&self, name: &str) -> io::Result<Option<Record>> {
        Ok(match file::read(&self.path(name))? {
            Found::Bytes(bytes) => Record::from_bytes(&bytes),
            Found::Nothing | Found::Foreign => None,
        })
    }

    /// Stores a record, in place of what was there.
    pub(super) fn save(&self, names: &Names, record: &Record) -> Result<(), Failure> {
        self.place(names, self.draft(&names.written, record)?)
    }

    /// Gives a file the name of an entry, in place of what had it.
    pub(super) fn place(&self, names: &Names, draft: Draft) -> Result<(), Failure> {
        let is_new = !self.is_there(&names.written)?;
        draft.place(&self.path(&names.written))?;
        self.count(i64::from(is_new));
        match &names.other {
            // It would be found again when the file that hides it is removed.
            Some(other) => self.discard([other.as_str()]).map_err(Failure::after_a_change),
            None => Ok(()),
        }
    }

    /// Removes those of the files that are there.
    pub(super) fn discard<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
        let mut removed = 0;
        for name in names {
            let answer = file::remove(&self.path(name)).map_err(Failure::from);
            removed += i64::from(answer.map_err(|failure| match removed {
                0 => failure,
                _ => failure.after_a_change(),
            })?);
        }
        self.count(-removed);
        Ok(())
    }

    /// Moves the end of a file; `false`: cachelib removed it meanwhile. Only the end is written, so that a write of cachelib's at the same
    /// time is not undone; but a file of an older form is written anew.
    pub(super) fn set_end(&self, name: &str, end: u32) -> io::Result<bool> {
        let mut file = match file::open(OpenOptions::new().read(true).write(true), &self.path(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            file => file?,
        };
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(file::LONGEST).read_to_end(&mut bytes)?;
        match Record::from_bytes(&bytes.into()) {
            Some(record) if record.is_old => {
                self.write_file(name, &Record { end, is_old: false, ..record })?
            }
            Some(_) => file.write_all_at(&end.to_ne_bytes(), 0)?,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Writes a file under another name and renames it when it is whole.
    pub(super) fn write_file(&self, name: &str, record: &Record) -> io::Result<()> {
        self.draft(name, record)?.place(&self.path(name))
    }

    /// Writes a file for an entry of this name.
    pub(super) fn draft(&self, name: &str, record: &Record) -> io::Result<Draft> {
        let bytes = record.to_bytes();
        if bytes.len() as u64 >= file::LONGEST {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let draft = Draft::write(self.path(&names::draft(name, file::random_number()?)), &bytes)?;
        draft.set_mode(self.options.mode)?;
        Ok(draft)
    }

    pub(super) fn is_there(&self, name: &str) -> io::Result<bool> {
        fs::exists(self.path(name))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
}
