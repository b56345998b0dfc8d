//! Safe operations on files and folders: no symlink is followed, and only this user can access what is created.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use bytes::Bytes;
use dewar_core::random::Random;

/// The longest file that is read, in bytes. Written files are always shorter.
pub(super) const LONGEST: u64 = 64 << 20;

/// What is at a path.
pub(super) enum Found {
    Nothing,
    /// A symlink, a folder, a pipe, or a file longer than those that are written.
    Foreign,
    Bytes(Bytes),
}

/// Reads a file.
pub(super) fn read(path: &Path) -> io::Result<Found> {
    let file = match open(OpenOptions::new().read(true), path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Ok(Found::Foreign),
        Err(error) => return Err(error),
    };
    let about = file.metadata()?;
    if !about.is_file() || about.len() > LONGEST {
        return Ok(Found::Foreign);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(Found::Bytes(bytes.into()))
}

/// Opens a file that is not a symlink, without waiting for the other end of a pipe. Only this user can read a file that it creates.
pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

/// Removes a file; `false` if there was none.
pub(super) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a folder exists. A symlink to a folder is an error.
pub(super) fn is_folder(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => Ok(true),
        Ok(_) => Err(ErrorKind::NotADirectory.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Creates a folder that only this user can access, unless it exists. Returns whether it was created.
pub(super) fn make_folder(path: &Path) -> io::Result<bool> {
    if is_folder(path)? {
        return Ok(false);
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        answer => answer.map(|()| true),
    }
}

/// Syncs a folder, so that files that were created, renamed or removed in it survive a crash.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The names in a folder; empty if there is no folder.
pub(super) fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// 64 random bits, so that no two writes have the same number.
pub(super) fn random_number() -> io::Result<u64> {
    Random::system().bytes().map(u64::from_be_bytes).map_err(io::Error::other)
}
