//! What the scripts answer.

use bytes::Bytes;
use dewar_core::StoreError;

/// A write that compares: how it ended, what is there if that is something else, how long that lasts; or whose the entry was.
pub(super) type Told = (String, Option<Bytes>, Option<String>, Option<String>);

/// How a write that compares has ended.
pub(super) enum Outcome {
    /// It is done. If the entry has left an owner, the index does not know yet.
    Done(Option<Leaving>),
    /// Something else is there, for so many milliseconds.
    Changed(Bytes, i64),
    Gone,
    Taken,
}

/// A member of an index whose entry is another's by now, or gone.
pub(super) struct Leaving {
    pub(super) owner: String,
    pub(super) member: String,
    /// When it joined: if it has joined again since, it stays.
    pub(super) joined: String,
}

impl Outcome {
    pub(super) fn of((how, found, third, joined): Told) -> Result<Self, StoreError> {
        match (how.as_str(), found, third) {
            ("done", owner, member) => Ok(Self::Done(Leaving::of(owner, member, joined))),
            ("changed", Some(payload), Some(left)) => {
                Ok(Self::Changed(payload, left.parse().map_err(|_| unexpected())?))
            }
            ("gone", ..) => Ok(Self::Gone),
            ("taken", ..) => Ok(Self::Taken),
            _ => Err(unexpected()),
        }
    }
}

impl Leaving {
    pub(super) fn of(owner: Option<Bytes>, member: Option<String>, joined: Option<String>) -> Option<Self> {
        let owner = String::from_utf8(owner?.into()).ok()?;
        Some(Self { owner, member: member?, joined: joined? })
    }
}

pub(super) fn unexpected() -> StoreError {
    StoreError::no_answer("a script of ours gave an answer that is not its own")
}
