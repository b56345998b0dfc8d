//! Why a folder cannot be used.

use std::path::PathBuf;
use std::{fmt, io};

use crate::OpenError;

/// A folder cannot keep sessions, and nothing in it was changed.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// Something else has this name.
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

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFolder(path) => {
                write!(f, "{} is not a folder: name one for the sessions", path.display())
            }
            Self::HoldsOtherThings(path) => {
                write!(f, "{} holds other things than sessions: name an empty folder", path.display())
            }
            Self::OtherFormat(path) => write!(
                f,
                "{} holds sessions of another version of Dewar: use that version or name an empty folder",
                path.display()
            ),
            Self::OfAnotherUser { folder, uid } => write!(
                f,
                "{0} belongs to another user (uid {uid}): run as that user, or chown {0}",
                folder.display()
            ),
            Self::WritableByOthers { folder, mode } => {
                write!(f, "others may put files into {0} (mode {mode:o}): chmod go-w {0}", folder.display())
            }
            Self::Unusable { folder, source } => write!(
                f,
                "sessions cannot be kept in {}: {source}; make it writable for this user, or name another folder",
                folder.display()
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
