//! A store whose calls wait, that counts its loads and can be made to fail.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use dewar::store::StoreError;

use crate::hooked_store::{Call, Hook, HookedStore};

pub(super) type SlowStore = HookedStore<Slow>;

#[derive(Debug, Default)]
pub(super) struct Slow {
    pub(super) loads: AtomicUsize,
    pub(super) is_down: AtomicBool,
}

impl Hook for Slow {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        if matches!(call, Call::Load) {
            self.loads.fetch_add(1, Ordering::Relaxed);
        }
        tokio::task::yield_now().await;
        if self.is_down.load(Ordering::Relaxed) { Err(StoreError::no_answer("down")) } else { Ok(()) }
    }
}
