//! Stores that break one rule of the contract each.

use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::store::{
    Created, Entry, Memory, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Touch,
    async_trait,
};

#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// A swap replaces what is there, whatever it is, and makes what is gone: as most session stores do.
    SwapUpserts,
    /// A swap never makes what is gone, but replaces what was not seen.
    SwapOverwrites,
    /// A rename does not look at what it renames.
    RenameUpserts,
    /// The old entry stays.
    RenameCopies,
}

pub(super) const FAULTS: &[Fault] =
    &[Fault::SwapUpserts, Fault::SwapOverwrites, Fault::RenameUpserts, Fault::RenameCopies];

pub(super) fn with(fault: Fault) -> Arc<dyn Store> {
    Arc::new(Wrong { fault, store: Memory::new() })
}

#[derive(Debug)]
struct Wrong {
    fault: Fault,
    store: Memory,
}

impl Wrong {
    async fn put(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Revision, StoreError> {
        loop {
            self.store.remove(key, None, now).await?;
            if let Created::Created(revision) = self.store.create(key, entry, now).await? {
                return Ok(revision);
            }
        }
    }
}

#[async_trait]
impl Store for Wrong {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.store.load(key, touch, now).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        self.store.create(key, entry, now).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        match self.fault {
            Fault::SwapUpserts => Ok(Swapped::Swapped(self.put(key, entry, now).await?)),
            Fault::SwapOverwrites => match self.store.swap(key, seen, entry, now).await? {
                Swapped::Changed(theirs) => self.store.swap(key, &theirs.revision, entry, now).await,
                answer => Ok(answer),
            },
            _ => self.store.swap(key, seen, entry, now).await,
        }
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
        match self.fault {
            Fault::RenameUpserts => {
                self.store.remove(old, tombstone, now).await?;
                Ok(Renamed::Renamed(self.put(new, entry, now).await?))
            }
            Fault::RenameCopies => Ok(Renamed::Renamed(self.put(new, entry, now).await?)),
            _ => self.store.rename(old, new, seen, entry, tombstone, now).await,
        }
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.store.touch(key, expires, now).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        self.store.remove(key, tombstone, now).await
    }
}
