//! The index of owners: for each entry an empty file, in a folder per owner.
//!
//! It is changed under the owner's lock. It may name entries that are gone or have another owner, but it never misses an entry.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use dewar_core::clock::UnixTime;

use super::name::Name;
use crate::files::disk;

/// The index, with a folder per owner.
#[derive(Debug, Clone)]
pub(super) struct Index {
    root: PathBuf,
}

impl Index {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Adds an entry to an owner's index, unless it is there.
    pub(super) fn add(&self, owner: &Name, entry: &Name, is_durable: bool) -> io::Result<()> {
        let shard = self.root.join(owner.shard());
        let names = self.names_of(owner);
        for (parent, child) in [(&self.root, &shard), (&shard, &names)] {
            if disk::make_folder(child)? && is_durable {
                disk::sync_folder(parent)?;
            }
        }
        match disk::open(OpenOptions::new().write(true).create_new(true), &names.join(entry.as_str())) {
            Ok(_) if is_durable => disk::sync_folder(&names),
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// The entries in an owner's index, in no particular order.
    pub(super) fn entries(&self, owner: &Name) -> io::Result<Vec<Name>> {
        Ok(disk::names_in(&self.names_of(owner))?.iter().filter_map(|name| Name::parse(name)).collect())
    }

    /// Removes an entry from an owner's index. If that fails, it is removed later.
    pub(super) fn remove(&self, owner: &Name, entry: &Name) {
        let names = self.names_of(owner);
        let _ = disk::remove(&names.join(entry.as_str()));
        // Fails while the folder contains other entries.
        let _ = fs::remove_dir(names);
    }

    /// The owners in a shard.
    pub(super) fn owners(&self, shard: &str) -> io::Result<Vec<Name>> {
        Ok(disk::names_in(&self.root.join(shard))?.iter().filter_map(|name| Name::parse(name)).collect())
    }

    fn names_of(&self, owner: &Name) -> PathBuf {
        self.root.join(owner.shard()).join(owner.as_str())
    }
}

/// A number that is greater than all earlier ones for this owner, even if the clock stands still.
///
/// The last number is stored in the owner's lock file. If a crash loses it, the next number comes from the time.
pub(super) fn next_position(owner_lock: &File, now: UnixTime) -> io::Result<u64> {
    let mut bytes = [0; 8];
    match owner_lock.read_exact_at(&mut bytes, 0) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => bytes = [0; 8],
        answer => answer?,
    }
    let position = u64::from_be_bytes(bytes).saturating_add(1).max(first_position(now));
    owner_lock.write_all_at(&position.to_be_bytes(), 0)?;
    Ok(position)
}

/// Leaves room for a million entries per millisecond, until the year 2248.
fn first_position(now: UnixTime) -> u64 {
    u64::try_from(now.millis()).unwrap_or(0).min(1 << 43) << 20
}
