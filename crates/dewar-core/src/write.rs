//! Writes as data: what a store does in one step, and the outcome.

use std::convert::Infallible;

use crate::{Entry, Revision, StoreKey, Stored};

/// One atomic write. A store does all of it, or nothing.
#[derive(Debug, Clone, Copy)]
pub enum Write<'a> {
    /// Stores an entry under an unused key.
    Create {
        /// Where.
        key: &'a StoreKey,
        /// What.
        entry: &'a Entry,
    },
    /// Replaces the entry that was seen. If the new entry has already expired, this removes the one that was seen.
    Swap {
        /// Where.
        key: &'a StoreKey,
        /// The revision of the entry to replace. If another is stored, nothing is done.
        seen: &'a Revision,
        /// What is stored from then on.
        entry: &'a Entry,
    },
    /// Moves the entry that was seen to another key, with new contents. The old key gets the tombstone, if there is one.
    ///
    /// If an engine cannot do it in one step, it stores the new entry before it removes the old one.
    Rename {
        /// The key where the entry is.
        key: &'a StoreKey,
        /// The new key. If something is stored there, nothing is done.
        new_key: &'a StoreKey,
        /// The revision of the entry under the old key. If another is stored, nothing is done.
        seen: &'a Revision,
        /// The entry to store under the new key.
        entry: &'a Entry,
        /// The entry to leave under the old key.
        tombstone: Option<&'a Entry>,
    },
    /// Removes what is stored, whatever its revision. If something was stored, the tombstone takes its place.
    Remove {
        /// Where.
        key: &'a StoreKey,
        /// What is stored from then on.
        tombstone: Option<&'a Entry>,
    },
}

/// The outcome of a [`Write`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum WriteOutcome {
    /// Create, swap, rename: done. This is the revision of the stored entry.
    Saved(Revision),
    /// Remove: done. Something was stored and is removed.
    Removed,
    /// Swap, rename: not done, because a concurrent write came first. This is what it stored.
    Changed(Stored),
    /// Swap, rename, remove: not done, because nothing is stored under the key.
    Gone,
    /// Create, rename: not done, because something is stored under the (new) key.
    Taken,
}

impl<'a> Write<'a> {
    /// Makes a [`Create`](Self::Create).
    #[must_use]
    pub const fn create(key: &'a StoreKey, entry: &'a Entry) -> Self {
        Self::Create { key, entry }
    }

    /// Makes a [`Swap`](Self::Swap).
    #[must_use]
    pub const fn swap(key: &'a StoreKey, seen: &'a Revision, entry: &'a Entry) -> Self {
        Self::Swap { key, seen, entry }
    }

    /// Makes a [`Rename`](Self::Rename).
    #[must_use]
    pub const fn rename(
        key: &'a StoreKey,
        new_key: &'a StoreKey,
        seen: &'a Revision,
        entry: &'a Entry,
        tombstone: Option<&'a Entry>,
    ) -> Self {
        Self::Rename { key, new_key, seen, entry, tombstone }
    }

    /// Makes a [`Remove`](Self::Remove).
    #[must_use]
    pub const fn remove(key: &'a StoreKey, tombstone: Option<&'a Entry>) -> Self {
        Self::Remove { key, tombstone }
    }

    /// The key of the entry; for a rename, the old key.
    #[inline]
    #[must_use]
    pub const fn key(&self) -> &'a StoreKey {
        match *self {
            Self::Create { key, .. }
            | Self::Swap { key, .. }
            | Self::Rename { key, .. }
            | Self::Remove { key, .. } => key,
        }
    }

    /// The entry that this write stores; `None` for a remove.
    #[inline]
    #[must_use]
    pub const fn entry(&self) -> Option<&'a Entry> {
        match *self {
            Self::Create { entry, .. } | Self::Swap { entry, .. } | Self::Rename { entry, .. } => Some(entry),
            Self::Remove { .. } => None,
        }
    }

    /// Compares: returns the outcome if the write must not be done, `None` if it must. For a store that holds a lock or a transaction until the
    /// write is done.
    ///
    /// `found` is what is stored under [its key](Self::key); `is_taken` returns whether something is stored under another key. Both must ignore
    /// expired entries.
    pub fn refusal(
        &self,
        found: Option<Stored>,
        is_taken: impl FnOnce(&StoreKey) -> bool,
    ) -> Option<WriteOutcome> {
        let Ok(refusal) = self.try_refusal(found, |key| Ok::<_, Infallible>(is_taken(key)));
        refusal
    }

    /// As [`refusal`](Self::refusal), if looking up the other key can fail.
    ///
    /// # Errors
    /// When `is_taken` fails.
    pub fn try_refusal<E>(
        &self,
        found: Option<Stored>,
        is_taken: impl FnOnce(&StoreKey) -> Result<bool, E>,
    ) -> Result<Option<WriteOutcome>, E> {
        Ok(match (*self, found) {
            (Self::Create { .. }, Some(_)) => Some(WriteOutcome::Taken),
            (Self::Create { .. }, None) | (Self::Remove { .. }, Some(_)) => None,
            (_, None) => Some(WriteOutcome::Gone),
            (Self::Swap { seen, .. } | Self::Rename { seen, .. }, Some(found)) if found.revision != *seen => {
                Some(WriteOutcome::Changed(found))
            }
            (Self::Rename { new_key, .. }, Some(_)) if is_taken(new_key)? => Some(WriteOutcome::Taken),
            (Self::Swap { .. } | Self::Rename { .. }, Some(_)) => None,
        })
    }

    /// The entries that this write stores, with their keys. First remove what is stored under [its key](Self::key), which may not be among them.
    pub fn entries(&self) -> impl Iterator<Item = (&'a StoreKey, &'a Entry)> + use<'a> {
        let (key, tombstone) = match *self {
            Self::Create { key, entry } | Self::Swap { key, entry, .. } => (key, Some(entry)),
            Self::Rename { key, tombstone, .. } | Self::Remove { key, tombstone } => (key, tombstone),
        };
        let moved = match *self {
            Self::Rename { new_key, entry, .. } => Some((new_key, entry)),
            _ => None,
        };
        tombstone.map(|entry| (key, entry)).into_iter().chain(moved)
    }

    /// The name for logs and metrics: `create`, `swap`, `rename` or `remove`.
    #[inline]
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Swap { .. } => "swap",
            Self::Rename { .. } => "rename",
            Self::Remove { .. } => "remove",
        }
    }

    /// Whether the write can be retried when its answer was lost. Either doing it twice has the same effect as doing it once, or the second
    /// answer shows whether the first attempt was done, because [no other write has the same payload](Entry::is_unique).
    #[inline]
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Create { .. } | Self::Remove { .. } => true,
            Self::Swap { entry, .. } => entry.is_unique,
            Self::Rename { tombstone, .. } => tombstone.is_some_and(|tombstone| tombstone.is_unique),
        }
    }
}
