//! Why a folder cannot be used.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::OpenError;

/// Why a folder cannot store sessions. Nothing in it was changed.
#[derive(Debug)]
pub(super) enum Unfit {
    /// Something else has its name.
    NotAFolder(PathBuf),
    /// It is neither empty nor marked as ours.
    HoldsOtherThings(PathBuf),
    /// Its marker is not the one that this version writes.
    OtherFormat(PathBuf),
    /// It does not belong to the user that this process runs as.
    OfAnotherUser { folder: PathBuf, uid: u32 },
    /// Its group, or everybody, may put files there.
    WritableByOthers { folder: PathBuf, mode: u32 },
    /// It could not be made, read or written to.
    Unusable { folder: PathBuf, source: io::Error },
}

impl Unfit {
    /// For what fails in a folder.
    pub(super) fn unusable(folder: &Path) -> impl Fn(io::Error) -> Self + Copy {
        |source| Self::Unusable { folder: folder.to_owned(), source }
    }

    fn folder(&self) -> &Path {
        match self {
            Self::NotAFolder(folder) | Self::HoldsOtherThings(folder) | Self::OtherFormat(folder) => folder,
            Self::OfAnotherUser { folder, .. }
            | Self::WritableByOthers { folder, .. }
            | Self::Unusable { folder, .. } => folder,
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder().display();
        match self {
            Self::NotAFolder(_) => write!(f, "{folder} is not a folder: name one for the sessions"),
            Self::HoldsOtherThings(_) => {
                write!(f, "{folder} holds other things than sessions: name an empty folder")
            }
            Self::OtherFormat(_) => write!(
                f,
                "{folder} holds sessions of another version of Dewar: use that version or name an empty folder"
            ),
            Self::OfAnotherUser { uid, .. } => {
                write!(f, "{folder} belongs to another user (uid {uid}): run as that user, or chown {folder}")
            }
            Self::WritableByOthers { mode, .. } => {
                write!(f, "others may put files into {folder} (mode {mode:o}): chmod go-w {folder}")
            }
            Self::Unusable { source, .. } => write!(
                f,
                "sessions cannot be stored in {folder}: {source}; make it writable for this user, or name another folder"
            ),
        }
    }
}

impl From<Unfit> for OpenError {
    fn from(unfit: Unfit) -> Self {
        let told = Self::new(unfit.to_string());
        match unfit {
            Unfit::Unusable { source, .. } => told.with_source(source),
            _ => told,
        }
    }
}
