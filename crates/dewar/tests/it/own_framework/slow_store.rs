//! A store that is waited for, counts its loads and can be put out of order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use dewar::clock::UnixTime;
use dewar::store::{AsyncStore, Memory, Store, StoreError, StoreKey, Stored, Touch, Write, Written};

#[derive(Debug, Default)]
pub(super) struct SlowStore {
    store: Memory,
    pub(super) loads: AtomicUsize,
    pub(super) is_down: AtomicBool,
}

impl SlowStore {
    async fn wait(&self) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        if self.is_down.load(Ordering::Relaxed) { Err(StoreError::no_answer("down")) } else { Ok(()) }
    }
}

impl AsyncStore for SlowStore {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        self.wait().await?;
        Store::load(&self.store, key, touch, now).await
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<Written, StoreError> {
        self.wait().await?;
        Store::write(&self.store, write, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.wait().await?;
        Store::touch(&self.store, key, expires, now).await
    }
}
