//! Why a call failed, and what is known of it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{error, fmt};

use dewar_core::StoreError;

/// A call failed.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Before anything was done, and it would again.
    Refused(io::Error),
    /// Before anything was done; it may go well when the folder, the disk or the machine is as it should be.
    Unable(io::Error),
    /// Before anything was done: somebody holds this lock for too long.
    Busy(PathBuf),
    /// After it began to be seen: it may have been done, and may not survive a crash.
    Unknown(Box<dyn error::Error + Send + Sync>),
}

impl Failed {
    /// The same failure, if something was done before it.
    pub(crate) fn after_a_change(self) -> Self {
        match self {
            Self::Refused(source) | Self::Unable(source) => Self::Unknown(source.into()),
            Self::Busy(lock) => Self::Unknown(Held(lock).into()),
            Self::Unknown(source) => Self::Unknown(source),
        }
    }

    /// The same failure, if what was done so far counts for nothing.
    pub(crate) fn before_a_change(self) -> Self {
        match self {
            Self::Unknown(source) => Self::Unable(io::Error::other(source)),
            failed => failed,
        }
    }

    pub(crate) fn unknown(error: io::Error) -> Self {
        Self::Unknown(error.into())
    }

    pub(crate) fn into_store_error(self, folder: &Path) -> StoreError {
        let told = |source| InFolder { folder: folder.to_owned(), source };
        match self {
            Self::Refused(source) => StoreError::refused(told(source.into())),
            Self::Unable(source) => StoreError::unable(told(source.into())),
            Self::Busy(lock) => StoreError::busy(told(Held(lock).into())),
            Self::Unknown(source) => StoreError::no_answer(told(source)),
        }
    }
}

/// What fails before the first change did nothing. Whether it may go well another time is the question.
impl From<io::Error> for Failed {
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

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(source) | Self::Unable(source) => source.fmt(f),
            Self::Busy(lock) => Held(lock.clone()).fmt(f),
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

/// A lock that another has.
#[derive(Debug)]
struct Held(PathBuf);

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "somebody holds the lock {0} for too long: find the process (fuser {0}*), and let it go on or end it",
            self.0.display()
        )
    }
}

impl error::Error for Held {}

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
            (ErrorKind::NotFound, StoreErrorKind::Unable),
            (ErrorKind::ReadOnlyFilesystem, StoreErrorKind::Unable),
            (ErrorKind::StaleNetworkFileHandle, StoreErrorKind::Unable),
            (ErrorKind::Other, StoreErrorKind::Unable),
        ] {
            let error = Failed::from(io::Error::from(kind)).into_store_error(Path::new("/sessions"));
            assert_eq!(error.kind(), expected, "{kind}");
        }
    }

    #[test]
    fn a_stuck_lock_is_named_with_what_to_do() {
        let failed = Failed::Busy("/sessions/locks/5f".into());
        let error = failed.into_store_error(Path::new("/sessions"));
        assert_eq!(error.kind(), StoreErrorKind::Busy);
        let told = error::Error::source(&error).unwrap().to_string();
        assert!(told.contains("fuser /sessions/locks/5f*") && told.contains("/sessions:"), "{told}");
    }
}
