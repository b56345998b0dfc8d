//! Why a call failed, and whether it may have been done.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dewar_core::{StoreError, StoreErrorKind};
use rusqlite::ErrorCode;

use crate::sql::sqlite_error_kind;

/// The failure of a call on a connection.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// SQLite refused before anything was done, or what was done was rolled back.
    Undone(Arc<rusqlite::Error>),
    /// The disk failed during the commit.
    Unknown(Arc<rusqlite::Error>),
    /// The file is missing.
    Gone,
    /// Another file without the right table has taken its place; the text says what is wrong with it.
    Replaced(Arc<str>),
    /// The file was removed during the write.
    RemovedDuringWrite,
}

impl Failure {
    pub(super) fn undone(error: rusqlite::Error) -> Self {
        Self::Undone(Arc::new(error))
    }

    /// Whether another process or connection holds a lock.
    pub(super) fn is_busy(&self) -> bool {
        self.code().is_some_and(|code| matches!(code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    pub(super) fn is_full(&self) -> bool {
        self.code() == Some(ErrorCode::DiskFull)
    }

    /// Whether a new connection may succeed. Trying costs little.
    pub(super) fn needs_another_connection(&self) -> bool {
        match self {
            Self::Undone(error) => is_unavailable(error),
            _ => true,
        }
    }

    pub(super) fn to_store_error(&self, path: &Path) -> StoreError {
        let with_path = |what: &dyn fmt::Display| About { path: path.to_owned(), what: what.to_string() };
        match self {
            Self::Undone(error) if self.is_busy() => StoreError::busy(with_path(&format_args!(
                "another process keeps it locked ({error}): find that process with `fuser {}`, and resume or stop it",
                path.display()
            ))),
            Self::Undone(error) if is_unavailable(error) => StoreError::unavailable(with_path(error)),
            Self::Undone(error) => StoreError::refused(with_path(error)),
            Self::Unknown(error) => StoreError::no_answer(with_path(error)),
            Self::Gone => StoreError::unavailable(with_path(
                &"it is missing: restore it (mount its disk), or restart the program to start with an empty file",
            )),
            Self::Replaced(difference) => StoreError::unavailable(with_path(&format_args!(
                "another file is in its place, and does not hold the table of the sessions: {difference}; bring the right one back, \
                 or restart the program"
            ))),
            Self::RemovedDuringWrite => StoreError::no_answer(with_path(&"it was removed during the write")),
        }
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Undone(error) | Self::Unknown(error) => error.sqlite_error_code(),
            _ => None,
        }
    }
}

/// Whether something is wrong with the file, its disk or the machine. All other errors concern the call.
fn is_unavailable(error: &rusqlite::Error) -> bool {
    let Some(error) = error.sqlite_error() else { return true };
    sqlite_error_kind(error.extended_code) == StoreErrorKind::Unavailable
}

#[derive(Debug)]
struct About {
    path: PathBuf,
    what: String,
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session file {}: {}", self.path.display(), self.what)
    }
}

impl Error for About {}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn kind(code: i32) -> StoreErrorKind {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        Failure::undone(error).to_store_error(Path::new("/a.db")).kind()
    }

    #[test]
    fn a_lock_is_busy_a_bad_disk_is_unable_and_a_full_one_refuses() {
        for code in
            [ffi::SQLITE_BUSY, ffi::SQLITE_BUSY_RECOVERY, ffi::SQLITE_BUSY_SNAPSHOT, ffi::SQLITE_LOCKED]
        {
            assert_eq!(kind(code), StoreErrorKind::Busy, "{code}");
        }
        for code in [
            ffi::SQLITE_READONLY,
            ffi::SQLITE_READONLY_DBMOVED,
            ffi::SQLITE_READONLY_CANTLOCK,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_IOERR_READ,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_PERM,
            ffi::SQLITE_NOTADB,
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_NOMEM,
            ffi::SQLITE_PROTOCOL,
            ffi::SQLITE_SCHEMA,
            // "no such table": the file is not the one that was opened.
            ffi::SQLITE_ERROR,
        ] {
            assert_eq!(kind(code), StoreErrorKind::Unavailable, "{code}");
        }
        for code in
            [ffi::SQLITE_FULL, ffi::SQLITE_TOOBIG, ffi::SQLITE_CONSTRAINT, ffi::SQLITE_CONSTRAINT_TRIGGER]
        {
            assert_eq!(kind(code), StoreErrorKind::Refused, "{code}");
        }
    }
}
