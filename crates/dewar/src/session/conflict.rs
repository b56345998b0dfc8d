//! What becomes of a conflict, and what merging a session can come to.

use crate::value::{ConvertError, Text};

/// What is done if a handler has read a key and then set it, and another request changed it meanwhile, in a way that cannot be
/// [merged](crate::session). Two requests that set the same new number are such a case: they may both have counted.
///
/// Not for a key that was set without reading it, nor for [`update`](crate::Session::update) and [`modify`](crate::Session::modify), which lose
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// The later write wins, with the event `overwritten`.
    #[default]
    LaterWins,
    /// [`ErrorKind::Conflict`](crate::error::ErrorKind::Conflict), status 409, is the answer, and nothing is stored: to send the whole request
    /// again is right. A login that begins with an id that has ended is not refused.
    Refuse,
}

/// What a merge came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rebased {
    /// The session is what is stored now, with this request's changes; this many values that the handler had read were overwritten.
    Merged { overwritten: usize },
    /// The session has another owner by now: nothing is merged.
    OwnerChanged,
}

/// Why a session could not be merged.
#[derive(Debug)]
pub(crate) enum CannotMerge {
    /// A function of the program failed on what is stored now.
    Function(ConvertError),
    /// Values that the handler had read would be overwritten.
    Conflict(Vec<Text>),
}
