//! A write as data: what a store is asked to do in one step, and how it ended.

use std::convert::Infallible;

use crate::{Entry, Revision, StoreKey, Stored};

/// One atomic step. A store does it wholly or not at all.
#[derive(Debug, Clone, Copy)]
pub enum Write<'a> {
    /// Stores an entry under a key that has none.
    Create {
        /// Where.
        key: &'a StoreKey,
        /// What.
        entry: &'a Entry,
    },
    /// Replaces the entry that was seen. With an entry that is expired already, it removes the one that was seen.
    Swap {
        /// Where.
        key: &'a StoreKey,
        /// The revision of what is replaced. If another is stored, nothing is done.
        seen: &'a Revision,
        /// What is stored from then on.
        entry: &'a Entry,
    },
    /// Replaces the entry that was seen under one key by an entry under another. The first keeps the tombstone, or nothing.
    ///
    /// Where an engine cannot do it in one step, the new entry is there before the old one goes.
    Rename {
        /// Where the entry is.
        key: &'a StoreKey,
        /// Where it will be. If something is stored there, nothing is done.
        new_key: &'a StoreKey,
        /// The revision of what is under the first key. If another is stored, nothing is done.
        seen: &'a Revision,
        /// What is stored under the new key.
        entry: &'a Entry,
        /// What is stored under the first key from then on.
        tombstone: Option<&'a Entry>,
    },
    /// Removes what is stored, whatever it is. If something was stored, the tombstone takes its place.
    Remove {
        /// Where.
        key: &'a StoreKey,
        /// What is stored from then on.
        tombstone: Option<&'a Entry>,
    },
}

/// How a [`Write`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum WriteOutcome {
    /// Create, swap, rename: it is done, and this is the revision of the entry.
    Saved(Revision),
    /// Remove: what was stored is removed.
    Removed,
    /// Swap, rename: a concurrent write came first, and this is what it stored. Nothing was done.
    Changed(Stored),
    /// Swap, rename, remove: nothing is stored under the key. Nothing was done, and nothing revived.
    Gone,
    /// Create, rename: something is stored under the (new) key. Nothing was done.
    Taken,
}

impl<'a> Write<'a> {
    /// A [`Create`](Self::Create).
    #[must_use]
    pub const fn create(key: &'a StoreKey, entry: &'a Entry) -> Self {
        Self::Create { key, entry }
    }

    /// A [`Swap`](Self::Swap).
    #[must_use]
    pub const fn swap(key: &'a StoreKey, seen: &'a Revision, entry: &'a Entry) -> Self {
        Self::Swap { key, seen, entry }
    }

    /// A [`Rename`](Self::Rename).
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

    /// A [`Remove`](Self::Remove).
    #[must_use]
    pub const fn remove(key: &'a StoreKey, tombstone: Option<&'a Entry>) -> Self {
        Self::Remove { key, tombstone }
    }

    /// The key that it is about; of a rename, the one where the entry was seen.
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

    /// The entry that is stored when it is done; `None`: it removes.
    #[inline]
    #[must_use]
    pub const fn entry(&self) -> Option<&'a Entry> {
        match *self {
            Self::Create { entry, .. } | Self::Swap { entry, .. } | Self::Rename { entry, .. } => Some(entry),
            Self::Remove { .. } => None,
        }
    }

    /// The answer if it must not be done; `None`: do it. This is the comparison, for a store that holds a lock or a transaction until the write
    /// is done.
    ///
    /// `found` is what is stored under [its key](Self::key); `is_taken` tells whether something is stored under another key. What has expired
    /// counts for neither.
    pub fn refusal(
        &self,
        found: Option<Stored>,
        is_taken: impl FnOnce(&StoreKey) -> bool,
    ) -> Option<WriteOutcome> {
        let Ok(refusal) = self.try_refusal(found, |key| Ok::<_, Infallible>(is_taken(key)));
        refusal
    }

    /// The same where looking up the other key can fail.
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

    /// What is to be stored, and under which keys. Remove what is under [its key](Self::key) first: it may not be among them.
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

    /// One word for logs and counters: `create`, `swap`, `rename` or `remove`.
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

    /// Whether it may be sent again when its answer was lost. Either doing it twice is the same as once, or the second answer
    /// tells whether the first was done, since [no other write has the same payload](Entry::is_unique).
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
