//! How conflicts are handled, and the outcomes of a merge.

use crate::value::{ConvertError, Text};

/// How to handle a conflict: a handler read a key and then set it, and a concurrent change to that key cannot be [merged](crate::session).
/// Two requests that set the same new number are also a conflict, since both may have counted.
///
/// Does not apply to a key that was set without reading it, nor to [`update`](crate::Session::update) and
/// [`modify`](crate::Session::modify), which lose nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// The later write wins, and the event `overwritten` is logged.
    #[default]
    LaterWins,
    /// The save fails with [`ErrorKind::Conflict`](crate::error::ErrorKind::Conflict), status 409, and nothing is stored. The client may
    /// send the whole request again. A login with an id that has ended is not refused.
    Refuse,
}

/// The outcome of a merge.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rebased {
    /// The session is now the stored one with this request's changes. This many values that the handler had read were overwritten.
    Merged { overwritten: usize },
    /// The stored session has a different owner by now: nothing is merged.
    OwnerChanged,
}

/// Why a session could not be merged.
#[derive(Debug)]
pub(crate) enum CannotMerge {
    /// A function of the program failed on the stored value.
    Function(ConvertError),
    /// Values that the handler had read would be overwritten.
    Conflict(Vec<Text>),
}
