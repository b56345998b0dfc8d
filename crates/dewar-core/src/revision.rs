//! How a store tells whether an entry is still the one that was seen.

use std::fmt;

use bytes::Bytes;

/// What an engine compares before it swaps: the bytes that were read, a number that counts writes, a token of the engine's.
/// Opaque to everybody else.
#[derive(Clone, PartialEq, Eq)]
pub struct Revision(Seen);

#[derive(Clone, PartialEq, Eq)]
enum Seen {
    Bytes(Bytes),
    Number(u64),
}

impl Revision {
    /// The entry is the same if its payload has these very bytes.
    #[inline]
    #[must_use]
    pub const fn from_payload(payload: Bytes) -> Self {
        Self(Seen::Bytes(payload))
    }

    /// The entry is the same if it has this number.
    #[inline]
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(Seen::Number(number))
    }

    /// The bytes, if it was made [of a payload](Self::from_payload).
    #[inline]
    #[must_use]
    pub fn payload(&self) -> Option<&Bytes> {
        match &self.0 {
            Seen::Bytes(bytes) => Some(bytes),
            Seen::Number(_) => None,
        }
    }

    /// The number, if it was made [of one](Self::from_number).
    #[inline]
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self.0 {
            Seen::Bytes(_) => None,
            Seen::Number(number) => Some(number),
        }
    }
}

/// Bytes are what a session holds: only their number is shown.
impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Seen::Bytes(bytes) => write!(f, "Revision({} bytes)", bytes.len()),
            Seen::Number(number) => write!(f, "Revision({number})"),
        }
    }
}
