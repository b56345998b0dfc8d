//! What goes into a store, and what its answers are.

use std::fmt;

use bytes::Bytes;

use crate::clock::UnixTime;
use crate::revision::Revision;

/// What a store is asked to keep.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Opaque bytes.
    pub payload: Bytes,
    /// When it ends; `None`: never.
    pub expires: Option<UnixTime>,
    /// Whose it is, for stores that can tell [the entries of an owner](super::Owners); others ignore it.
    pub owner: Option<String>,
    /// No other write carries this very payload, so whoever finds it knows that this write was done. A write without an answer may
    /// then be sent once more; see [`StoreErrorKind::NoAnswer`](super::StoreErrorKind::NoAnswer).
    pub is_unique: bool,
}

impl Entry {
    /// An entry of nobody's, whose payload may occur twice.
    #[must_use]
    pub fn new(payload: impl Into<Bytes>, expires: Option<UnixTime>) -> Self {
        Self { payload: payload.into(), expires, owner: None, is_unique: false }
    }

    /// An entry that is over already: to [swap](super::Write::Swap) it in removes what was seen.
    #[must_use]
    pub fn expired(now: UnixTime) -> Self {
        Self::new(Bytes::new(), Some(now))
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_expired(&self, now: UnixTime) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }
}

/// What a store found.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The bytes that were kept.
    pub payload: Bytes,
    /// To be shown to the store when it shall be replaced.
    pub revision: Revision,
    /// When it ends, as it was before a [`Touch`] of the same call; `None`: never, or the engine does not say.
    pub expires: Option<UnixTime>,
}

/// A new end for an entry that is read: the touch rides on the read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// When it shall end.
    pub expires: UnixTime,
    /// Only if it would end before this moment, else its end stays: most reads cost no write.
    pub if_before: UnixTime,
}

impl Touch {
    /// Whether an entry of this end is to be touched.
    #[must_use]
    pub fn is_due(&self, expires: Option<UnixTime>) -> bool {
        expires.is_some_and(|expires| expires < self.if_before)
    }
}

/// What a session holds is not shown.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} bytes, expires: {:?})", self.payload.len(), self.expires)
    }
}

/// What a session holds is not shown.
impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({} bytes, expires: {:?})", self.payload.len(), self.expires)
    }
}
