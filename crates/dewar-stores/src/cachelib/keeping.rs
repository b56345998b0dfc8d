//! The file of one entry: how it is found, replaced and removed.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};

use dewar::clock::UnixTime;

use super::names;
use super::record::Record;
use super::shelf::Shelf;
use crate::filesystem::failed::Failed;
use crate::filesystem::files::{self, Found};

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

impl Shelf {
    pub(super) fn names(&self, key: &str) -> Names {
        let names = self.options.names;
        let other = self.options.reads_other_names.then(|| names.other().of(key));
        Names { own: names.of(key), other }
    }

    /// What lies under a key and is not over, and the name of its file.
    pub(super) fn live<'a>(&self, names: &'a Names, now: UnixTime) -> io::Result<Option<(&'a str, Record)>> {
        for name in names.all() {
            if let Some(record) = self.at(name)?.filter(|record| !record.is_over(now)) {
                return Ok(Some((name, record)));
            }
        }
        Ok(None)
    }

    /// What a file holds. One that is cut, or is no file, is as good as none.
    pub(super) fn at(&self, name: &str) -> io::Result<Option<Record>> {
        Ok(match files::read(&self.path(name))? {
            Found::Bytes(bytes) => Record::from_bytes(&bytes),
            Found::Nothing | Found::Stranger => None,
        })
    }

    /// Keeps a record, in place of what was there.
    pub(super) fn put(&self, names: &Names, record: &Record) -> Result<(), Failed> {
        let is_new = !self.is_there(&names.own)?;
        self.write(&names.own, record)?;
        let after = |error| Failed::Unknown(error);
        if is_new {
            self.count(1).map_err(after)?;
        }
        match &names.other {
            Some(other) => self.discard([other.as_str()]).map_err(after),
            None => Ok(()),
        }
    }

    /// Removes files; those that are not there do no harm.
    pub(super) fn discard<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        let mut removed = 0;
        for name in names {
            removed += i64::from(files::remove(&self.path(name))?);
        }
        if removed > 0 { self.count(-removed) } else { Ok(()) }
    }

    /// Moves the end of a file; `false`: cachelib removed it meanwhile. Only the end is written, so that whoever replaces the file at the
    /// same time loses nothing; but a file of an older form is written anew.
    pub(super) fn extend(&self, name: &str, end: u32) -> io::Result<bool> {
        let mut file = match files::open(OpenOptions::new().read(true).write(true), &self.path(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            file => file?,
        };
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(files::LONGEST).read_to_end(&mut bytes)?;
        match Record::from_bytes(&bytes.into()) {
            Some(record) if record.is_old => self.write(name, &Record { end, is_old: false, ..record })?,
            Some(_) => file.write_all_at(&end.to_ne_bytes(), 0)?,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Writes a file aside and gives it its name when it is whole.
    pub(super) fn write(&self, name: &str, record: &Record) -> io::Result<()> {
        let draft = self.path(&names::draft(name, files::random_number()?));
        let written = self.write_draft(&draft, record).and_then(|()| fs::rename(&draft, self.path(name)));
        if written.is_err() {
            // What is left of it is swept.
            let _ = fs::remove_file(&draft);
        }
        written
    }

    fn write_draft(&self, draft: &Path, record: &Record) -> io::Result<()> {
        let bytes = record.to_bytes();
        if bytes.len() as u64 >= files::LONGEST {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let mut file = files::open(OpenOptions::new().write(true).create_new(true), draft)?;
        file.write_all(&bytes)?;
        file.set_permissions(Permissions::from_mode(self.options.mode))
    }

    /// Writes a file and removes it.
    pub(super) fn check_writable(&self) -> io::Result<()> {
        let draft = self.path(&names::draft("0", files::random_number()?));
        self.write_draft(&draft, &Record::new(None, Default::default()))?;
        // A sweeper may have been faster.
        files::remove(&draft).map(drop)
    }

    fn is_there(&self, name: &str) -> io::Result<bool> {
        fs::exists(self.path(name))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}
