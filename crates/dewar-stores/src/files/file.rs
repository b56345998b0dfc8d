//! Files and folders, the careful way: whole or not at all, ours alone, no symlink followed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use dewar_core::random::Random;

/// The longest file that is read, in bytes. None is written that is so long.
pub(crate) const LONGEST: u64 = 64 << 20;

const DRAFT: &str = ".draft-";

/// What lies under a path.
pub(crate) enum Found {
    Nothing,
    /// A symlink, a folder, a pipe, or a file longer than we write.
    Stranger,
    Bytes(Bytes),
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> io::Result<Found> {
    let file = match open(OpenOptions::new().read(true), path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Ok(Found::Stranger),
        Err(error) => return Err(error),
    };
    let about = file.metadata()?;
    if !about.is_file() || about.len() > LONGEST {
        return Ok(Found::Stranger);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(Found::Bytes(bytes.into()))
}

/// Opens a file that is no symlink, and does not wait for the other end of a pipe. A file that is made is ours alone.
pub(crate) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

/// Whether a folder is there. A symlink to one is an error.
pub(crate) fn is_plain_folder(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => Ok(true),
        Ok(_) => Err(ErrorKind::NotADirectory.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a folder that is ours alone, unless it is there; tells whether it did.
pub(crate) fn make_folder(path: &Path) -> io::Result<bool> {
    if is_plain_folder(path)? {
        return Ok(false);
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        answer => answer.map(|()| true),
    }
}

/// Names that were made, changed or removed in the folder survive a crash.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The names in a folder; none, if there is no folder.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Removes a file; `false`: there was none.
pub(crate) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file that is written but does not yet have its name; without one it goes again.
pub(crate) struct Draft {
    path: PathBuf,
    is_placed: bool,
}

impl Draft {
    /// Writes it. What is durable survives a crash of the machine as well.
    pub(crate) fn write(folder: &Path, bytes: &[u8], is_durable: bool) -> io::Result<Self> {
        let path = folder.join(format!("{DRAFT}{:016x}", random_number()?));
        let mut file = open(OpenOptions::new().write(true).create_new(true), &path)?;
        let draft = Self { path, is_placed: false };
        file.write_all(bytes)?;
        if is_durable {
            file.sync_all()?;
        }
        Ok(draft)
    }

    /// Whether a file of this name is a draft.
    pub(crate) fn has_name(name: &str) -> bool {
        name.starts_with(DRAFT)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, in place of what had it.
    pub(crate) fn place(mut self, name: &str) -> io::Result<()> {
        fs::rename(&self.path, self.path.with_file_name(name))?;
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

/// Sixty-four bits that nobody drew before.
pub(crate) fn random_number() -> io::Result<u64> {
    Random::system().bytes().map(u64::from_be_bytes).map_err(io::Error::other)
}
