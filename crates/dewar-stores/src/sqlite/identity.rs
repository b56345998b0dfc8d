//! Whether a file is still the one that was opened.
//!
//! SQLite keeps using a file that was removed: what is written to it is lost when the last connection closes, and writes by others to the file
//! that replaced it are not seen.

use std::io;
use std::path::Path;

use rusqlite::Connection;

use super::failure::Failure;

/// A connection, and the identity of the file it was opened for.
pub(super) type Connected = (Identity, Connection);

/// What distinguishes a file from all others on this system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    number: u64,
}

impl Identity {
    /// The identity of the file at a path.
    pub(super) fn from_path(path: &Path) -> Result<Self, Failure> {
        let about = std::fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Failure::Gone,
            _ => Failure::undone(rusqlite::Error::ToSqlConversionFailure(error.into())),
        })?;
        Ok(Self::from_metadata(&about))
    }

    #[cfg(unix)]
    fn from_metadata(about: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;

        Self { device: about.dev(), number: about.ino() }
    }

    /// On other systems, an open file cannot be removed.
    #[cfg(not(unix))]
    fn from_metadata(_: &std::fs::Metadata) -> Self {
        Self {}
    }
}
