//! Whether a folder is one of cachelib's, or can become one.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use super::names;
use crate::files::file;
use crate::files::unfit::Unfit;

/// Whether it is still the folder that was claimed: one that was unmounted, removed or emptied holds no sessions, and that is not to be
/// taken for sessions that ended. The folder of the locks is our mark in it.
///
/// # Errors
/// When it is not, with what to do.
pub(super) fn check(folder: &Path) -> io::Result<()> {
    if file::is_plain_folder(&folder.join(names::LOCKS))? {
        return Ok(());
    }
    Err(io::Error::new(
        ErrorKind::NotFound,
        "it is gone, or was emptied: bring it back (mount it), or restart the program to begin with an empty one",
    ))
}

/// Marks it, if it belongs to the user that this process runs as, whose the files are that it makes.
pub(super) fn mark(folder: &Path, our_uid: u32) -> Result<(), Unfit> {
    let unusable = |source: io::Error| Unfit::Unusable { folder: folder.to_owned(), source };
    let uid = fs::metadata(folder).map_err(unusable)?.uid();
    if uid != our_uid {
        return Err(Unfit::OfAnotherUser { folder: folder.to_owned(), uid });
    }
    file::make_folder(&folder.join(names::LOCKS)).map(drop).map_err(unusable)
}

/// Looks whether the folder holds nothing but what cachelib puts there, and whether we may write to it; makes it if it is not there.
pub(super) fn claim(folder: &Path) -> Result<(), Unfit> {
    let unusable = |source: io::Error| match source.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Unfit::NotAFolder(folder.to_owned()),
        _ => Unfit::Unusable { folder: folder.to_owned(), source },
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    let names = file::names(folder).map_err(unusable)?;
    if !names.iter().all(|name| names::is_known(name)) {
        return Err(Unfit::HoldsOtherThings(folder.to_owned()));
    }
    let mode = fs::metadata(folder).map_err(unusable)?.mode();
    if mode & 0o002 != 0 {
        return Err(Unfit::WritableByOthers { folder: folder.to_owned(), mode: mode & 0o7777 });
    }
    Ok(())
}
