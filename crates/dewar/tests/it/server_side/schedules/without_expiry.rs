//! A store that is read without the expiry, as Redis is.

use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::store::{
    AsyncStore, Memory, Owners, Store, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome,
};

pub(super) fn store() -> Arc<dyn Store> {
    Arc::new(WithoutExpiry(Memory::new()))
}

#[derive(Debug)]
struct WithoutExpiry(Memory);

impl AsyncStore for WithoutExpiry {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.0.load(key, touch, now).await
    }

    async fn load_without_expiry(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        let found = self.0.load(key, None, now).await?;
        Ok(found.map(|found| Stored { expires: None, ..found }))
    }

    fn is_faster_without_expiry(&self) -> bool {
        true
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.0.write(write, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.0.touch(key, expires, now).await
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.0.owners()
    }
}
