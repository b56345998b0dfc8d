//! What is over is removed now and then, by the requests themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use dewar_core::clock::UnixTime;
use dewar_core::old::{Created, OldCalls as _, OldStore, Renamed, Swapped};
use dewar_core::{
    Entry, Lister, Owners, Revision, Store, StoreError, StoreKey, Stored, Sweeper, Touch, async_trait,
};
use tokio::runtime::Handle;

/// So many at once.
const AT_MOST: usize = 1000;

/// A store that is swept once in so many reads: Flask-Session's `SESSION_CLEANUP_N_REQUESTS`, which leaves it to chance.
#[derive(Debug)]
pub(super) struct Swept {
    store: Arc<dyn Store>,
    every: u32,
    reads: AtomicU32,
    is_sweeping: Arc<AtomicBool>,
}

impl Swept {
    pub(super) fn new(store: Arc<dyn Store>, every: u32) -> Self {
        Self { store, every: every.max(1), reads: AtomicU32::new(0), is_sweeping: Arc::default() }
    }

    /// No request waits for it. If it fails, the guard behind has told it, and the next is due all the same.
    fn sweep_if_due(&self, now: UnixTime) {
        let reads = self.reads.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let Ok(runtime) = Handle::try_current() else { return };
        if !reads.is_multiple_of(self.every) || self.is_sweeping.swap(true, Ordering::Relaxed) {
            return;
        }
        let (store, is_sweeping) = (Arc::clone(&self.store), Arc::clone(&self.is_sweeping));
        runtime.spawn(async move {
            if let Some(sweeper) = store.sweeper() {
                let _ = sweeper.sweep("", AT_MOST, now).await;
            }
            is_sweeping.store(false, Ordering::Relaxed);
        });
    }
}

dewar_core::converted!(Swept);

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl OldStore for Swept {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.sweep_if_due(now);
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
        self.store.swap(key, seen, entry, now).await
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
        self.store.rename(old, new, seen, entry, tombstone, now).await
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

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        self.store.sweeper()
    }

    fn lister(&self) -> Option<&dyn Lister> {
        self.store.lister()
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.store.owners()
    }
}
