//! The file of one entry: how it is found, replaced and removed.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use dewar_core::clock::UnixTime;

use super::entry_files::EntryFiles;
use super::folder;
use super::names;
use super::record::Record;
use crate::files::failed::Failed;
use crate::files::file::{self, Found};

/// The names that a key's file may have: the one by which it is written, and another by which it is read.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) own: String,
    pub(super) other: Option<String>,
}

impl Names {
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.own.as_str()).chain(self.other.as_deref())
    }
}

impl EntryFiles {
    pub(super) fn names(&self, key: &str) -> Names {
        let names = self.options.names;
        let other = self.options.reads_other_names.then(|| names.other().of(key));
        Names { own: names.of(key), other }
    }

    /// What lies under a key and is not over, and the name of its file.
    pub(super) fn live<'a>(&self, names: &'a Names, now: UnixTime) -> io::Result<Option<(&'a str, Record)>> {
        for name in names.all() {
            if let Some(record) = self.at(name)?.filter(|record| !record.is_expired(now)) {
                return Ok(Some((name, record)));
            }
        }
        Ok(None)
    }

    /// The same under the locks, for whoever is going to replace or remove it.
    pub(super) fn live_to_write<'a>(
        &self,
        names: &'a Names,
        now: UnixTime,
    ) -> Result<Option<(&'a str, Record)>, Failed> {
        names.all().try_for_each(|name| self.settle(name))?;
        Ok(self.live(names, now)?)
    }

    /// What a file holds. One that is cut, or is no file, is as good as none; no file is none only if the folder is still what it was.
    pub(super) fn at(&self, name: &str) -> io::Result<Option<Record>> {
        if let Some(record) = self.read(name)? {
            return Ok(Some(record));
        }
        folder::check(&self.folder)?;
        // It may have been mounted just now.
        self.read(name)
    }

    /// What a file holds, whatever has become of the folder.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Record>> {
        Ok(match file::read(&self.path(name))? {
            Found::Bytes(bytes) => Record::from_bytes(&bytes),
            Found::Nothing | Found::Stranger => None,
        })
    }

    /// Keeps a record, in place of what was there.
    pub(super) fn put(&self, names: &Names, record: &Record) -> Result<(), Failed> {
        self.bury(names, self.draft(&names.own, record)?)
    }

    /// Puts a file in the place of an entry.
    pub(super) fn bury(&self, names: &Names, draft: Draft) -> Result<(), Failed> {
        let is_new = !self.is_there(&names.own)?;
        draft.place(&self.path(&names.own))?;
        self.count(i64::from(is_new));
        match &names.other {
            // It would come back when the file that hides it goes.
            Some(other) => self.discard([other.as_str()]).map_err(Failed::after_a_change),
            None => Ok(()),
        }
    }

    /// Removes files; those that are not there do no harm.
    pub(super) fn discard<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), Failed> {
        let mut removed = 0;
        for name in names {
            let answer = file::remove(&self.path(name)).map_err(Failed::from);
            removed += i64::from(answer.map_err(|failed| match removed {
                0 => failed,
                _ => failed.after_a_change(),
            })?);
        }
        self.count(-removed);
        Ok(())
    }

    /// Moves the end of a file; `false`: cachelib removed it meanwhile. Only the end is written, so that whoever replaces the file at the
    /// same time loses nothing; but a file of an older form is written anew.
    pub(super) fn extend(&self, name: &str, end: u32) -> io::Result<bool> {
        let mut file = match file::open(OpenOptions::new().read(true).write(true), &self.path(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            file => file?,
        };
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(file::LONGEST).read_to_end(&mut bytes)?;
        match Record::from_bytes(&bytes.into()) {
            Some(record) if record.is_old => self.write(name, &Record { end, is_old: false, ..record })?,
            Some(_) => file.write_all_at(&end.to_ne_bytes(), 0)?,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Writes a file aside and gives it its name when it is whole.
    pub(super) fn write(&self, name: &str, record: &Record) -> io::Result<()> {
        self.draft(name, record)?.place(&self.path(name))
    }

    /// Writes a file aside, for a name of this shard.
    pub(super) fn draft(&self, name: &str, record: &Record) -> io::Result<Draft> {
        let bytes = record.to_bytes();
        if bytes.len() as u64 >= file::LONGEST {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let path = self.path(&names::draft(name, file::random_number()?));
        let mut file = file::open(OpenOptions::new().write(true).create_new(true), &path)?;
        let draft = Draft { path, is_placed: false };
        file.write_all(&bytes)?;
        file.set_permissions(Permissions::from_mode(self.options.mode))?;
        Ok(draft)
    }

    /// Writes a file and removes it; whose it is, is shown.
    pub(super) fn check_writable(&self) -> io::Result<u32> {
        let draft = self.draft("0", &Record::new(None, Default::default()))?;
        Ok(fs::symlink_metadata(&draft.path)?.uid())
    }

    pub(super) fn is_there(&self, name: &str) -> io::Result<bool> {
        fs::exists(self.path(name))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// A file that is written but does not yet have its name; without one it goes again.
pub(super) struct Draft {
    path: PathBuf,
    is_placed: bool,
}

impl Draft {
    /// Gives it its name, in place of what had it.
    pub(super) fn place(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.is_placed = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_placed {
            // Nobody reads a draft: what is left of it is swept.
            let _ = fs::remove_file(&self.path);
        }
    }
}
