//! Why a call failed, and what is known of it.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use dewar::store::StoreError;

/// A call failed.
pub(crate) enum Failed {
    /// Before anything was done.
    Refused(io::Error),
    /// After it began to be seen: it may have been done, and may not survive a crash.
    Unknown(io::Error),
}

impl Failed {
    /// The same failure, if something was done before it.
    pub(crate) fn after_a_change(self) -> Self {
        let (Self::Refused(source) | Self::Unknown(source)) = self;
        Self::Unknown(source)
    }

    pub(crate) fn into_store_error(self, folder: &Path) -> StoreError {
        let told = |source| InFolder { folder: folder.to_owned(), source };
        match self {
            Self::Refused(source) => StoreError::refused(told(source)),
            Self::Unknown(source) => StoreError::no_answer(told(source)),
        }
    }
}

/// What fails before the first change is a refusal.
impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Refused(error)
    }
}

#[derive(Debug)]
struct InFolder {
    folder: PathBuf,
    source: io::Error,
}

impl fmt::Display for InFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session folder {}: {}", self.folder.display(), self.source)
    }
}

impl std::error::Error for InFolder {}
