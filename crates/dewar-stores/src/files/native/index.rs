//! Whose entries there are: an empty file for each, in a folder of the owner's.
//!
//! It is changed under the owner's lock. It may name an entry that is gone or of another owner, but misses none.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::name::Name;
use crate::files::file;

/// The folders of the owners.
#[derive(Debug, Clone)]
pub(super) struct Index {
    folder: PathBuf,
}

impl Index {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Names an entry, if it is not yet named.
    pub(super) fn add(&self, owner: &Name, entry: &Name, is_durable: bool) -> io::Result<()> {
        let shard = self.folder.join(owner.shard());
        let folder = self.of(owner);
        for (parent, folder) in [(&self.folder, &shard), (&shard, &folder)] {
            if file::make_folder(folder)? && is_durable {
                file::sync_folder(parent)?;
            }
        }
        match file::open(OpenOptions::new().write(true).create_new(true), &folder.join(entry.as_str())) {
            Ok(_) if is_durable => file::sync_folder(&folder),
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// What is named, in no order.
    pub(super) fn entries(&self, owner: &Name) -> io::Result<Vec<Name>> {
        Ok(file::names(&self.of(owner))?.iter().filter_map(|name| Name::parse(name)).collect())
    }

    /// Names an entry no more. If that fails, it is named in vain, and dropped another time.
    pub(super) fn drop(&self, owner: &Name, entry: &Name) {
        let folder = self.of(owner);
        let _ = file::remove(&folder.join(entry.as_str()));
        // Fails as long as another is named.
        let _ = fs::remove_dir(folder);
    }

    /// The owners of a shard.
    pub(super) fn owners(&self, shard: &str) -> io::Result<Vec<Name>> {
        Ok(file::names(&self.folder.join(shard))?.iter().filter_map(|name| Name::parse(name)).collect())
    }

    fn of(&self, owner: &Name) -> PathBuf {
        self.folder.join(owner.shard()).join(owner.as_str())
    }
}
