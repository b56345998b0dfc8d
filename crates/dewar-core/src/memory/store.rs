//! The contract: each future is done when it is first polled.

use async_trait::async_trait;

use super::Memory;
use crate::clock::UnixTime;
use crate::revision::Revision;
use crate::{
    Created, Entry, Lister, Owners, Renamed, Store, StoreError, StoreKey, Stored, Swapped, Sweeper, Touch,
};

#[async_trait]
impl Store for Memory {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        Ok(self.load_now(key, touch, now))
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        self.create_now(key, entry, now)
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        self.swap_now(key, seen, entry, now)
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
        self.rename_now(old, new, seen, entry, tombstone, now)
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        Ok(self.touch_now(key, expires, now))
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        Ok(self.remove_now(key, tombstone, now))
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}
