//! Why a call failed, and what is known of it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{error, fmt};

use dewar_core::StoreError;

use crate::best_effort::BestEffort;

/// When a call failed, and whether it may succeed another time.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Before anything was done, and it would fail again.
    Refused(io::Error),
    /// Before anything was done; it may succeed when the folder, the disk or the machine is as it should be.
    Unable(io::Error),
    /// Before anything was done: another process holds this lock for too long.
    Busy(PathBuf),
    /// After the change began to be visible: it may have been done, and may not survive a crash.
    Unknown(Box<dyn error::Error + Send + Sync>),
}

impl Failure {
    /// The same failure, if something was done before it.
    pub(super) fn after_a_change(self) -> Self {
        match self {
            Self::Refused(source) | Self::Unable(source) => Self::Unknown(source.into()),
            Self::Busy(lock) => Self::Unknown(LockHeld(lock).into()),
            Self::Unknown(source) => Self::Unknown(source),
        }
    }

    /// The same failure, if what was done so far has no effect.
    pub(super) fn before_a_change(self) -> Self {
        match self {
            Self::Unknown(source) => Self::Unable(io::Error::other(source)),
            failure => failure,
        }
    }

    /// `None`: a lock was busy, and this part of a sweep is left for another time.
    pub(super) fn unless_busy<T>(
        answer: Result<T, Self>,
        best_effort: &BestEffort,
    ) -> Result<Option<T>, Self> {
        match answer {
            Err(busy @ Self::Busy(_)) => {
                best_effort.left("sweep", &busy);
                Ok(None)
            }
            answer => answer.map(Some),
        }
    }

    pub(super) fn unknown(error: io::Error) -> Self {
        Self::Unknown(error.into())
    }

    pub(super) fn into_store_error(self, folder: &Path) -> StoreError {
        let told = |source| InFolder { folder: folder.to_owned(), source };
        match self {
            Self::Refused(source) => StoreError::refused(told(source.into())),
            Self::Unable(source) => StoreError::unavailable(told(source.into())),
            Self::Busy(lock) => StoreError::busy(told(LockHeld(lock).into())),
            Self::Unknown(source) => StoreError::no_answer(told(source)),
        }
    }
}

/// An error before the first change: nothing was done. The kind tells whether it may succeed another time.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::PermissionDenied
            | ErrorKind::InvalidInput => Self::Refused(error),
            _ => Self::Unable(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(source) | Self::Unable(source) => source.fmt(f),
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

/// Another process has the lock.
#[derive(Debug)]
struct LockHeld(PathBuf);

impl fmt::Display for LockHeld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the lock {0} is held for too long: find the process that holds it (fuser {0}*), and let it go on or end it",
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
        let told = error::Error::source(&error).unwrap().to_string();
        assert!(told.contains("fuser /sessions/locks/5f*") && told.contains("/sessions:"), "{told}");
    }
}
