//! The folder of a store, and checks that it is safe to use.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::draft::Draft;
use super::locks::Locks;
use super::unfit::Unfit;
use crate::best_effort::BestEffort;

/// The folder of a store, its locks, and its best-effort failures.
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

/// Creates the folder of a store and its parents, unless they exist.
pub(super) fn make_with_parents(folder: &Path) -> Result<(), Unfit> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| match source.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Unfit::NotAFolder(folder.to_owned()),
        _ => Unfit::unusable(folder)(source),
    })
}

/// Fails if the folder belongs to another user than a file that this process created in it.
pub(super) fn check_owner(folder: &Path, made: &Draft) -> Result<(), Unfit> {
    let uid = fs::metadata(folder).map_err(Unfit::unusable(folder))?.uid();
    if uid != made.uid().map_err(Unfit::unusable(folder))? {
        return Err(Unfit::OfAnotherUser { folder: folder.to_owned(), uid });
    }
    Ok(())
}

/// Fails if the folder has any of these permissions.
pub(super) fn check_mode(folder: &Path, forbidden: u32) -> Result<(), Unfit> {
    let mode = fs::metadata(folder).map_err(Unfit::unusable(folder))?.mode();
    if mode & forbidden != 0 {
        return Err(Unfit::WritableByOthers { folder: folder.to_owned(), mode: mode & 0o7777 });
    }
    Ok(())
}

/// The error if the folder is not the one that was opened. A folder that was unmounted, removed or emptied contains no sessions, but they have
/// not ended.
pub(super) fn gone() -> io::Error {
    io::Error::new(
        ErrorKind::NotFound,
        "it is missing, or was emptied: restore it (mount its disk), or restart the program to start with an empty folder",
    )
}
