//! Finds, replaces and removes the file of an entry.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use dewar_core::WriteOutcome;

use super::format::CachelibFiles;
use super::names::{self, Names};
use super::record::Record;
use crate::files::disk;
use crate::files::draft::Draft;
use crate::files::failure::Failure;
use crate::files::folder;

/// An entry that was found in its file.
#[derive(Debug)]
pub(crate) struct Found {
    pub(super) record: Record,
    /// Whether it was found under the other name than the one that is written.
    pub(super) is_under_other_name: bool,
}

impl CachelibFiles {
    /// Reads a file. A truncated file, or something that is not a file, counts as no entry. A missing file counts as no entry only if the folder
    /// is still the one that was opened.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Record>> {
        if let Some(record) = self.read_unchecked(name)? {
            return Ok(Some(record));
        }
        self.check()?;
        // The folder may just have been mounted.
        self.read_unchecked(name)
    }

    /// Fails if the folder is not the one that was opened: then the folder of the locks, which marks it, is missing.
    pub(super) fn check(&self) -> io::Result<()> {
        if disk::is_folder(&self.folder.locks.folder)? { Ok(()) } else { Err(folder::gone()) }
    }

    /// Reads a file without checking the folder.
    pub(super) fn read_unchecked(&self, name: &str) -> io::Result<Option<Record>> {
        Ok(match disk::read(&self.path(name))? {
            disk::Found::Bytes(bytes) => Record::from_bytes(&bytes),
            disk::Found::Nothing | disk::Found::Foreign => None,
        })
    }

    /// Stores a record, and replaces what was there.
    pub(super) fn save(&self, names: &Names, record: &Record) -> Result<WriteOutcome, Failure> {
        self.place(names, self.draft(&names.written, record)?)?;
        Ok(WriteOutcome::Saved(record.revision()))
    }

    /// Renames a file to the name of an entry, and replaces what was there.
    pub(super) fn place(&self, names: &Names, draft: Draft) -> Result<(), Failure> {
        let is_new = !self.is_there(&names.written)?;
        draft.place(&self.path(&names.written))?;
        self.count(i64::from(is_new));
        match &names.other {
            // Otherwise it would be found again when the file that hides it is removed.
            Some(other) => self.remove_files([other.as_str()]).map_err(Failure::after_a_change),
            None => Ok(()),
        }
    }

    /// Removes the files that exist.
    pub(super) fn remove_files<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
        let mut removed = 0;
        for name in names {
            let answer = disk::remove(&self.path(name)).map_err(Failure::from);
            removed += i64::from(answer.map_err(|failure| match removed {
                0 => failure,
                _ => failure.after_a_change(),
            })?);
        }
        self.count(-removed);
        Ok(())
    }

    /// Sets the expiry in a file; `false` if cachelib removed the file meanwhile. Only the expiry is written, so that a concurrent write by
    /// cachelib is not undone. A file in an older form is rewritten as a whole.
    pub(super) fn set_end(&self, name: &str, end: u32) -> io::Result<bool> {
        let mut file = match disk::open(OpenOptions::new().read(true).write(true), &self.path(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            file => file?,
        };
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(disk::LONGEST).read_to_end(&mut bytes)?;
        match Record::from_bytes(&bytes.into()) {
            Some(record) if record.is_old => {
                self.write_file(name, &Record { end, is_old: false, ..record })?
            }
            Some(_) => file.write_all_at(&end.to_ne_bytes(), 0)?,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Writes a file under another name, and renames it when it is complete.
    pub(super) fn write_file(&self, name: &str, record: &Record) -> io::Result<()> {
        self.draft(name, record)?.place(&self.path(name))
    }

    /// Writes a file for an entry of this name.
    pub(super) fn draft(&self, name: &str, record: &Record) -> io::Result<Draft> {
        let bytes = record.to_bytes();
        if bytes.len() as u64 >= disk::LONGEST {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let draft = Draft::write(self.path(&names::draft(name, disk::random_number()?)), &bytes)?;
        draft.set_mode(self.options.mode)?;
        Ok(draft)
    }

    pub(super) fn is_there(&self, name: &str) -> io::Result<bool> {
        fs::exists(self.path(name))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.root.join(name)
    }
}
