//! What is written into a store, and what is read from it.

use std::fmt;

use bytes::Bytes;

use crate::clock::UnixTime;
use crate::revision::Revision;

/// What a store is asked to store.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Opaque bytes.
    pub payload: Bytes,
    /// When it expires; `None`: never.
    pub expires: Option<UnixTime>,
    /// The owner, for stores that can find [the entries of an owner](super::Owners); others ignore it.
    pub owner: Option<String>,
    /// No other write has the same payload, so that finding it proves that this write was done. A write whose answer was lost may
    /// then be sent again; see [`StoreErrorKind::NoAnswer`](super::StoreErrorKind::NoAnswer).
    pub is_unique: bool,
}

impl Entry {
    /// An entry without an owner, whose payload may occur twice.
    #[must_use]
    pub fn new(payload: impl Into<Bytes>, expires: Option<UnixTime>) -> Self {
        Self { payload: payload.into(), expires, owner: None, is_unique: false }
    }

    /// An entry that has expired already: to [swap](super::Write::Swap) it in removes the one that was seen.
    #[inline]
    #[must_use]
    pub fn expired(now: UnixTime) -> Self {
        Self::new(Bytes::new(), Some(now))
    }

    /// Whether it has expired.
    #[inline]
    #[must_use]
    pub fn is_expired(&self, now: UnixTime) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }
}

/// What a store found.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The bytes that were stored.
    pub payload: Bytes,
    /// What the store needs to see when it is replaced.
    pub revision: Revision,
    /// When it expires, as it was before a [`Touch`] of the same call; `None`: never, or the engine does not say.
    pub expires: Option<UnixTime>,
}

/// A new expiry for an entry that is read, set in the same call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// When it expires from then on.
    pub expires: UnixTime,
    /// Only if it would expire before this time; otherwise nothing is changed, so that most reads cost no write.
    pub if_before: UnixTime,
}

impl Touch {
    /// Whether an entry with this expiry is to be touched.
    #[inline]
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
