//! The contract as it was, for stores and callers that are not converted yet. It goes with the last of them.
#![allow(missing_docs)]

use std::fmt;

use async_trait::async_trait;

use crate::clock::UnixTime;
use crate::{
    Answer, Entry, Lister, Owners, Revision, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write,
    Written,
};

/// The answer to [`Store::create`](crate::Store::create).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Created {
    /// It is kept.
    Created(Revision),
    /// Something is kept under this key: nothing was done.
    AlreadyThere,
}

/// The answer to [`Store::swap`](crate::Store::swap).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Swapped {
    /// The new entry is kept.
    Swapped(Revision),
    /// Somebody was faster, and this is what they wrote: nothing was done.
    Changed(Stored),
    /// It is no longer there: nothing was done, nothing revived.
    Gone,
}

/// The answer to [`Store::rename`](crate::Store::rename).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Renamed {
    /// The new entry is kept under the new key, and the old one is not under the old.
    Renamed(Revision),
    /// Somebody was faster, and this is what they wrote under the old key: nothing was done.
    Changed(Stored),
    /// The old one is no longer there: nothing was done, nothing revived.
    Gone,
    /// Something is kept under the new key: nothing was done.
    AlreadyThere,
}

#[async_trait]
pub trait OldStore: fmt::Debug + Send + Sync {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError>;
    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError>;
    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError>;
    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError>;
    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError>;
    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError>;
    fn sweeper(&self) -> Option<&dyn Sweeper> {
        None
    }
    fn lister(&self) -> Option<&dyn Lister> {
        None
    }
    fn owners(&self) -> Option<&dyn Owners> {
        None
    }
}

/// The store of an [`OldStore`].
#[macro_export]
macro_rules! converted {
    ($store:ty) => {
        impl $crate::Store for $store {
            fn load<'a>(
                &'a self,
                key: &'a $crate::StoreKey,
                touch: Option<$crate::Touch>,
                now: $crate::clock::UnixTime,
            ) -> $crate::Answer<'a, Option<$crate::Stored>> {
                $crate::Answer::Later($crate::old::OldStore::load(self, key, touch, now))
            }
            fn write<'a>(
                &'a self,
                write: $crate::Write<'a>,
                now: $crate::clock::UnixTime,
            ) -> $crate::Answer<'a, $crate::Written> {
                $crate::old::write(self, write, now)
            }
            fn touch<'a>(
                &'a self,
                key: &'a $crate::StoreKey,
                expires: $crate::clock::UnixTime,
                now: $crate::clock::UnixTime,
            ) -> $crate::Answer<'a, bool> {
                $crate::Answer::Later($crate::old::OldStore::touch(self, key, expires, now))
            }
            fn sweeper(&self) -> Option<&dyn $crate::Sweeper> {
                $crate::old::OldStore::sweeper(self)
            }
            fn lister(&self) -> Option<&dyn $crate::Lister> {
                $crate::old::OldStore::lister(self)
            }
            fn owners(&self) -> Option<&dyn $crate::Owners> {
                $crate::old::OldStore::owners(self)
            }
        }
    };
}

pub fn write<'a, S: OldStore>(store: &'a S, write: Write<'a>, now: UnixTime) -> Answer<'a, Written> {
    Answer::later(async move {
        Ok(match write {
            Write::Create { key, entry } => match OldStore::create(store, key, entry, now).await? {
                Created::Created(revision) => Written::Saved(revision),
                Created::AlreadyThere => Written::Taken,
            },
            Write::Swap { key, seen, entry } => match OldStore::swap(store, key, seen, entry, now).await? {
                Swapped::Swapped(revision) => Written::Saved(revision),
                Swapped::Changed(stored) => Written::Changed(stored),
                Swapped::Gone => Written::Gone,
            },
            Write::Rename { key, new_key, seen, entry, tombstone } => {
                match OldStore::rename(store, key, new_key, seen, entry, tombstone, now).await? {
                    Renamed::Renamed(revision) => Written::Saved(revision),
                    Renamed::Changed(stored) => Written::Changed(stored),
                    Renamed::Gone => Written::Gone,
                    Renamed::AlreadyThere => Written::Taken,
                }
            }
            Write::Remove { key, tombstone } => match OldStore::remove(store, key, tombstone, now).await? {
                true => Written::Removed,
                false => Written::Gone,
            },
        })
    })
}

/// The calls as they were, on any store.
#[async_trait]
pub trait OldCalls: Store {
    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        Ok(match self.write(Write::create(key, entry), now).await? {
            Written::Saved(revision) => Created::Created(revision),
            _ => Created::AlreadyThere,
        })
    }
    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        Ok(match self.write(Write::swap(key, seen, entry), now).await? {
            Written::Saved(revision) => Swapped::Swapped(revision),
            Written::Changed(stored) => Swapped::Changed(stored),
            _ => Swapped::Gone,
        })
    }
    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError> {
        Ok(match self.write(Write::rename(old, new, seen, entry, tombstone), now).await? {
            Written::Saved(revision) => Renamed::Renamed(revision),
            Written::Changed(stored) => Renamed::Changed(stored),
            Written::Taken => Renamed::AlreadyThere,
            _ => Renamed::Gone,
        })
    }
    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        Ok(self.write(Write::remove(key, tombstone), now).await? == Written::Removed)
    }
}

impl<S: Store + ?Sized> OldCalls for S {}
