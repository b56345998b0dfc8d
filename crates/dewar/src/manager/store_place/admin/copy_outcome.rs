//! What became of an entry that was to be copied.

use std::fmt;

/// What became of an entry that was to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CopyOutcome {
    /// It was not at the target, and is now.
    Copied,
    /// The target had an older version, which was replaced.
    Updated,
    /// The target has the same.
    AlreadyThere,
    /// The target has a newer version, which was left alone.
    TargetIsNewer,
    /// The session has ended at the target, so it was not copied.
    EndedAtTarget,
    /// The session ended at the source in the meantime, so it is not at the target.
    EndedAtSource,
    /// It has expired.
    Expired,
    /// It is a tombstone, or a record that cannot be read and that no program could use.
    NotASession,
}

/// Why sessions cannot be copied from one place to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CopySettingsError {
    /// One has Dewar's own records, the other those of Flask-Session.
    OtherFormat,
    /// The names (or the key prefixes) differ, so the ids in the cookies would lead nowhere.
    OtherName,
}

impl fmt::Display for CopySettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherFormat => {
                "sessions cannot be copied between Dewar's own records and those of Flask-Session: let the program migrate them with \
                 `SessionManager::migrating_from`"
            }
            Self::OtherName => {
                "the source and the target must have the same name: it is part of each session's key"
            }
        })
    }
}

impl std::error::Error for CopySettingsError {}
