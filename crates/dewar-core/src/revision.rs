//! Revisions: how a store knows whether an entry is still the one that was seen.

use std::fmt;

use bytes::Bytes;

/// The version of an entry, which an engine compares before it replaces the entry: the bytes that were read, or a number that changes with each
/// write. Only the engine knows its meaning.
#[derive(Clone, PartialEq, Eq)]
pub struct Revision(Seen);

#[derive(Clone, PartialEq, Eq)]
enum Seen {
    Bytes(Bytes),
    Number(u64),
}

impl Revision {
    /// A revision for engines that compare the payload: the entry is the same if its payload has exactly these bytes.
    #[inline]
    #[must_use]
    pub const fn from_payload(payload: Bytes) -> Self {
        Self(Seen::Bytes(payload))
    }

    /// A revision for engines that number their writes: the entry is the same if it has this number.
    #[inline]
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(Seen::Number(number))
    }

    /// The bytes, if it was made [from a payload](Self::from_payload).
    #[inline]
    #[must_use]
    pub fn payload(&self) -> Option<&Bytes> {
        match &self.0 {
            Seen::Bytes(bytes) => Some(bytes),
            Seen::Number(_) => None,
        }
    }

    /// The number, if it was made [from a number](Self::from_number).
    #[inline]
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self.0 {
            Seen::Bytes(_) => None,
            Seen::Number(number) => Some(number),
        }
    }
}

/// The bytes are the data of a session: `Debug` shows only how many there are.
impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Seen::Bytes(bytes) => write!(f, "Revision({} bytes)", bytes.len()),
            Seen::Number(number) => write!(f, "Revision({number})"),
        }
    }
}
