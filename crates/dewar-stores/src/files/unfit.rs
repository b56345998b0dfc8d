//! Why a folder cannot be used.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::OpenError;

/// Why a folder cannot be used for sessions. Nothing in it was changed.
#[derive(Debug)]
pub(super) enum Unfit {
    /// The path is something else than a folder.
    NotAFolder(PathBuf),
    /// The folder is neither empty nor marked as ours.
    HoldsOtherThings(PathBuf),
    /// The folder does not exist, or no store was opened in it.
    HoldsNoSessions(PathBuf),
    /// The marker is from another version.
    OtherFormat(PathBuf),
    /// The folder does not belong to the user that this process runs as.
    OfAnotherUser { folder: PathBuf, uid: u32 },
    /// The group or everybody can create files in the folder.
    WritableByOthers { folder: PathBuf, mode: u32 },
    /// The folder could not be created, read or written to.
    Unusable { folder: PathBuf, source: io::Error },
}

impl Unfit {
    /// Converts an I/O error in a folder.
    pub(super) fn unusable(folder: &Path) -> impl Fn(io::Error) -> Self + Copy {
        |source| Self::Unusable { folder: folder.to_owned(), source }
    }

    fn folder(&self) -> &Path {
        match self {
            Self::NotAFolder(folder)
            | Self::HoldsOtherThings(folder)
            | Self::HoldsNoSessions(folder)
            | Self::OtherFormat(folder) => folder,
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
            Self::NotAFolder(_) => write!(f, "{folder} is not a folder: name a folder for the sessions"),
            Self::HoldsOtherThings(_) => {
                write!(f, "{folder} contains other files than sessions: name an empty folder")
            }
            Self::HoldsNoSessions(_) => write!(
                f,
                "there are no sessions in {folder}: name the folder in which the program stores its sessions"
            ),
            Self::OtherFormat(_) => write!(
                f,
                "{folder} contains sessions of another version of Dewar: use that version, or name an empty folder"
            ),
            Self::OfAnotherUser { uid, .. } => {
                write!(f, "{folder} belongs to another user (uid {uid}): run as that user, or chown {folder}")
            }
            Self::WritableByOthers { mode, .. } => {
                write!(f, "other users can create files in {folder} (mode {mode:o}): chmod go-w {folder}")
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
            Unfit::HoldsNoSessions(_) => Self::missing(unfit.to_string()),
            Unfit::Unusable { source, .. } => told.with_source(source),
            _ => told,
        }
    }
}
