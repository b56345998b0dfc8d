//! The entries that are written to a store and read from it.

use std::fmt;

use bytes::Bytes;

use crate::clock::UnixTime;
use crate::revision::Revision;

/// An entry to store.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The bytes to store. Their meaning is unknown to the store.
    pub payload: Bytes,
    /// When it expires; `None`: never.
    pub expires: Option<UnixTime>,
    /// The owner, for stores that can find [the entries of an owner](super::Owners). Other stores ignore it.
    pub owner: Option<String>,
    /// Whether no other write has the same payload. If so, finding the payload proves that this write was done, and a write whose answer was
    /// lost can be retried; see [`StoreErrorKind::NoAnswer`](super::StoreErrorKind::NoAnswer).
    pub is_unique: bool,
    /// Whether the entry that a [swap](super::Write::Swap) replaces is known to have the same owner, or none either. Then a store need not look. If
    /// in doubt, `false`.
    pub keeps_owner: bool,
}

impl Entry {
    /// An entry without an owner, whose payload need not be unique, and which may replace one with an owner.
    #[must_use]
    pub fn new(payload: impl Into<Bytes>, expires: Option<UnixTime>) -> Self {
        Self { payload: payload.into(), expires, owner: None, is_unique: false, keeps_owner: false }
    }

    /// An entry that has already expired. To [swap](super::Write::Swap) it in removes the entry that was seen.
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

/// An entry that a store found.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The bytes that were stored.
    pub payload: Bytes,
    /// The revision, which a write that replaces this entry must pass.
    pub revision: Revision,
    /// When it expires, before a [`Touch`] in the same call takes effect; `None`: never, or the engine does not say.
    pub expires: Option<UnixTime>,
}

/// A new expiry for an entry, set by the call that reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The new expiry.
    pub expires: UnixTime,
    /// The expiry changes only if the entry would expire before this time, so that most reads cost no write.
    pub if_before: UnixTime,
}

impl Touch {
    /// Whether an entry with this expiry needs the touch.
    #[inline]
    #[must_use]
    pub fn is_due(&self, expires: Option<UnixTime>) -> bool {
        expires.is_some_and(|expires| expires < self.if_before)
    }
}

/// `Debug` does not show the data of a session.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} bytes, expires: {:?})", self.payload.len(), self.expires)
    }
}

/// `Debug` does not show the data of a session.
impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({} bytes, expires: {:?})", self.payload.len(), self.expires)
    }
}
