//! Making a folder ours, or refusing it.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use crate::files::file::{self, Draft, Found};
use crate::files::unfit::Unfit;

const MARKER: &str = "dewar-sessions";
const FORMAT: &[u8] = b"Dewar keeps sessions here, format 2.\n";

/// The folders below the store's.
pub(super) const FOLDERS: [&str; 3] = ["entries", "locks", "owners"];

/// Looks whether the folder is ours to write to; makes it if it is not there, and marks it if it is empty.
pub(super) fn claim(folder: &Path) -> Result<(), Unfit> {
    let unusable = |source: io::Error| match source.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Unfit::NotAFolder(folder.to_owned()),
        _ => Unfit::Unusable { folder: folder.to_owned(), source },
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    let is_marked = is_marked(folder, unusable)?;
    let draft = Draft::write(folder, FORMAT, true).map_err(unusable)?;
    is_safe(folder, &draft, unusable)?;
    if !is_marked {
        draft.place(MARKER).map_err(unusable)?;
    }
    for name in FOLDERS {
        file::make_folder(&folder.join(name)).map_err(unusable)?;
    }
    file::sync_folder(folder).map_err(unusable)
}

/// Whether it is still as it was claimed: a folder that was unmounted, removed or emptied holds no sessions, and that is not to be taken
/// for sessions that ended.
///
/// # Errors
/// When it is not, with what to do.
pub(super) fn check(folder: &Path) -> io::Result<()> {
    let is_marked = matches!(file::read(&folder.join(MARKER))?, Found::Bytes(bytes) if bytes == FORMAT);
    for name in FOLDERS {
        if !is_marked || !file::is_plain_folder(&folder.join(name))? {
            return Err(io::Error::new(
                ErrorKind::NotFound,
                "it is gone, or was emptied: bring it back (mount it), or restart the program to begin with an empty one",
            ));
        }
    }
    Ok(())
}

/// Whether our marker is there. Without it, only an empty folder will do.
fn is_marked(folder: &Path, unusable: impl Fn(io::Error) -> Unfit) -> Result<bool, Unfit> {
    let names = file::names(folder).map_err(&unusable)?;
    // Read after the names: another process may be marking this very folder.
    match file::read(&folder.join(MARKER)).map_err(unusable)? {
        Found::Bytes(bytes) if bytes == FORMAT => Ok(true),
        Found::Nothing if names.iter().all(|name| Draft::has_name(name)) => Ok(false),
        Found::Nothing => Err(Unfit::HoldsOtherThings(folder.to_owned())),
        _ => Err(Unfit::OtherFormat(folder.to_owned())),
    }
}

/// Whether nobody else can put files there. Whose process this is shows on a file it made.
fn is_safe(folder: &Path, draft: &Draft, unusable: impl Fn(io::Error) -> Unfit) -> Result<(), Unfit> {
    let about = fs::metadata(folder).map_err(&unusable)?;
    if about.uid() != fs::symlink_metadata(draft.path()).map_err(&unusable)?.uid() {
        return Err(Unfit::OfAnotherUser { folder: folder.to_owned(), uid: about.uid() });
    }
    if about.mode() & 0o022 != 0 {
        return Err(Unfit::WritableByOthers { folder: folder.to_owned(), mode: about.mode() & 0o7777 });
    }
    Ok(())
}
