//! Folders: made, listed and synced; and whether one is safe to use.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use super::draft::Draft;
use super::unfit::Unfit;

/// Whether a folder is there. A symlink to one is an error.
pub(super) fn is_there(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => Ok(true),
        Ok(_) => Err(ErrorKind::NotADirectory.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a folder that is ours alone, unless it is there; tells whether it did.
pub(super) fn make(path: &Path) -> io::Result<bool> {
    if is_there(path)? {
        return Ok(false);
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        answer => answer.map(|()| true),
    }
}

/// Names that were made, changed or removed in the folder survive a crash afterwards.
pub(super) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The names in a folder; none, if there is no folder.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
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
