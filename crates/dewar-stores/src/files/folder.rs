//! The folder of a store, and whether it is safe to use.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::draft::Draft;
use super::locks::Locks;
use super::unfit::Unfit;
use crate::best_effort::BestEffort;

/// The folder of a store, with its locks and what is told of it.
#[derive(Debug, Clone)]
pub(super) struct StoreFolder {
    pub(super) root: PathBuf,
    pub(super) locks: Locks,
    pub(super) best_effort: BestEffort,
}

impl StoreFolder {
    pub(super) fn new(root: &Path, locks: &str, lock_timeout: Duration) -> Self {
        Self {
            root: root.to_owned(),
            locks: Locks::new(root.join(locks), lock_timeout),
            best_effort: BestEffort::default(),
        }
    }
}

/// Makes the folder of a store and all above it, unless it is there.
pub(super) fn make_with_parents(folder: &Path) -> Result<(), Unfit> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| match source.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Unfit::NotAFolder(folder.to_owned()),
        _ => Unfit::unusable(folder)(source),
    })
}

/// Fails if the folder is another user's than a file that this process made in it.
pub(super) fn check_owner(folder: &Path, made: &Draft) -> Result<(), Unfit> {
    let uid = fs::metadata(folder).map_err(Unfit::unusable(folder))?.uid();
    if uid != made.uid().map_err(Unfit::unusable(folder))? {
        return Err(Unfit::OfAnotherUser { folder: folder.to_owned(), uid });
    }
    Ok(())
}

/// Fails if the folder grants one of these permissions.
pub(super) fn check_mode(folder: &Path, forbidden: u32) -> Result<(), Unfit> {
    let mode = fs::metadata(folder).map_err(Unfit::unusable(folder))?.mode();
    if mode & forbidden != 0 {
        return Err(Unfit::WritableByOthers { folder: folder.to_owned(), mode: mode & 0o7777 });
    }
    Ok(())
}

/// The error when the folder is not what it was when the store was opened: one that was unmounted, removed or emptied holds no sessions,
/// but they have not ended.
pub(super) fn gone() -> io::Error {
    io::Error::new(
        ErrorKind::NotFound,
        "it is gone, or was emptied: bring it back (mount it), or restart the program to begin with an empty one",
    )
}
