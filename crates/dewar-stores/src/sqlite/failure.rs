//! What is known of a call that failed.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dewar_core::StoreError;
use rusqlite::ErrorCode;

/// Why a connection could not do what it was asked.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// SQLite refused before anything was done, or what was done was rolled back.
    Undone(Arc<rusqlite::Error>),
    /// The disk failed during the commit.
    Unknown(Arc<rusqlite::Error>),
    /// The file is not there.
    Gone,
    /// There is another file in its place, without the table: this is wrong with it.
    Another(Arc<str>),
    /// The file went away while it was written to.
    LostIt,
}

impl Failure {
    pub(super) fn undone(error: rusqlite::Error) -> Self {
        Self::Undone(Arc::new(error))
    }

    /// Whether another process, or another connection, holds a lock.
    pub(super) fn is_busy(&self) -> bool {
        self.code().is_some_and(|code| matches!(code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    pub(super) fn is_full(&self) -> bool {
        self.code() == Some(ErrorCode::DiskFull)
    }

    /// Whether another connection may do what this one cannot. It costs little to try.
    pub(super) fn needs_another_connection(&self) -> bool {
        match self {
            Self::Undone(error) => is_unable(error),
            _ => true,
        }
    }

    pub(super) fn to_store_error(&self, path: &Path) -> StoreError {
        let told = |what: &dyn fmt::Display| About { path: path.to_owned(), what: what.to_string() };
        match self {
            Self::Undone(error) if self.is_busy() => StoreError::busy(told(&format_args!(
                "another process keeps it locked ({error}): find it (fuser {}), and let it go on or end it",
                path.display()
            ))),
            Self::Undone(error) if is_unable(error) => StoreError::unavailable(told(error)),
            Self::Undone(error) => StoreError::refused(told(error)),
            Self::Unknown(error) => StoreError::no_answer(told(error)),
            Self::Gone => StoreError::unavailable(told(
                &"it is gone: bring it back (mount its disk), or restart the program to begin with an empty one",
            )),
            Self::Another(difference) => StoreError::unavailable(told(&format_args!(
                "another file is in its place, and does not hold the table of the sessions: {difference}; bring the right one back, \
                 or restart the program"
            ))),
            Self::LostIt => StoreError::no_answer(told(&"it went away while it was written to")),
        }
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Undone(error) | Self::Unknown(error) => error.sqlite_error_code(),
            _ => None,
        }
    }
}

/// Whether something is wrong with the file, its disk or the machine. All else is about the call: the disk is full for it, it is too
/// large, or a constraint or a trigger that the program did not make rejects it.
fn is_unable(error: &rusqlite::Error) -> bool {
    let Some(code) = error.sqlite_error_code() else { return true };
    !matches!(
        code,
        ErrorCode::DiskFull
            | ErrorCode::TooBig
            | ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch
            | ErrorCode::AuthorizationForStatementDenied
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
    )
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
    use dewar_core::StoreErrorKind;
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
