//! Why a call failed, and whether it may have been done.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{error, fmt};

use dewar_core::StoreError;

use crate::best_effort::BestEffort;

/// A failure: when it occurred, and whether the call may succeed later.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing was done, and the same call would fail again.
    Refused(io::Error),
    /// Nothing was done. The call may succeed once the folder, the disk or the machine works again.
    Unavailable(io::Error),
    /// Nothing was done: another process held this lock for too long.
    Busy(PathBuf),
    /// The change may have been done, and may not survive a crash.
    Unknown(Box<dyn error::Error + Send + Sync>),
}

impl Failure {
    /// Converts a failure that occurred after something was done.
    pub(super) fn after_a_change(self) -> Self {
        match self {
            Self::Refused(source) | Self::Unavailable(source) => Self::Unknown(source.into()),
            Self::Busy(lock) => Self::Unknown(LockHeld(lock).into()),
            Self::Unknown(source) => Self::Unknown(source),
        }
    }

    /// Converts a failure that occurred when what was done so far has no effect.
    pub(super) fn before_a_change(self) -> Self {
        match self {
            Self::Unknown(source) => Self::Unavailable(io::Error::other(source)),
            failure => failure,
        }
    }

    /// `None` if a lock was busy: this part of a sweep is skipped.
    pub(super) fn unless_busy<T>(
        answer: Result<T, Self>,
        best_effort: &BestEffort,
    ) -> Result<Option<T>, Self> {
        match answer {
            Err(busy @ Self::Busy(_)) => {
                best_effort.skipped("sweep", &busy);
                Ok(None)
            }
            answer => answer.map(Some),
        }
    }

    pub(super) fn unknown(error: io::Error) -> Self {
        Self::Unknown(error.into())
    }

    pub(super) fn into_store_error(self, folder: &Path) -> StoreError {
        let in_folder = |source| InFolder { folder: folder.to_owned(), source };
        match self {
            Self::Refused(source) => StoreError::refused(in_folder(source.into())),
            Self::Unavailable(source) => StoreError::unavailable(in_folder(source.into())),
            Self::Busy(lock) => StoreError::busy(in_folder(LockHeld(lock).into())),
            Self::Unknown(source) => StoreError::no_answer(in_folder(source)),
        }
    }
}

/// An error before the first change: nothing was done. Its kind says whether the call may succeed later.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::PermissionDenied
            | ErrorKind::InvalidInput => Self::Refused(error),
            _ => Self::Unavailable(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(source) | Self::Unavailable(source) => source.fmt(f),
            Self::Busy(lock) => LockHeld(lock.clone()).fmt(f),
            Self::Unknown(source) => source.fmt(f),
        }
    }
}

#[derive(Debug)]
struct InFolder {
    folder: PathBuf,
    source: Box<dyn error::Error + Send + Sync>,
}

impl fmt::Display for InFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session folder {}: {}", self.folder.display(), self.source)
    }
}

impl error::Error for InFolder {}

/// Another process holds the lock.
#[derive(Debug)]
struct LockHeld(PathBuf);

impl fmt::Display for LockHeld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "another process has held the lock {0} for too long: find it with `fuser {0}*`, and resume or stop it",
            self.0.display()
        )
    }
}

impl error::Error for LockHeld {}

#[cfg(test)]
mod tests {
    use dewar_core::StoreErrorKind;

    use super::*;

    #[test]
    fn a_full_disk_is_a_refusal_and_a_disk_that_is_gone_is_not() {
        for (kind, expected) in [
            (ErrorKind::StorageFull, StoreErrorKind::Refused),
            (ErrorKind::QuotaExceeded, StoreErrorKind::Refused),
            (ErrorKind::PermissionDenied, StoreErrorKind::Refused),
            (ErrorKind::NotFound, StoreErrorKind::Unavailable),
            (ErrorKind::ReadOnlyFilesystem, StoreErrorKind::Unavailable),
            (ErrorKind::StaleNetworkFileHandle, StoreErrorKind::Unavailable),
            (ErrorKind::Other, StoreErrorKind::Unavailable),
        ] {
            let error = Failure::from(io::Error::from(kind)).into_store_error(Path::new("/sessions"));
            assert_eq!(error.kind(), expected, "{kind}");
        }
    }

    #[test]
    fn a_stuck_lock_is_named_with_what_to_do() {
        let failure = Failure::Busy("/sessions/locks/5f".into());
        let error = failure.into_store_error(Path::new("/sessions"));
        assert_eq!(error.kind(), StoreErrorKind::Busy);
        let in_folder = error::Error::source(&error).unwrap().to_string();
        assert!(
            in_folder.contains("fuser /sessions/locks/5f*") && in_folder.contains("/sessions:"),
            "{in_folder}"
        );
    }
}
