//! Sweeps a store at every so many requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use dewar_core::clock::UnixTime;
use dewar_core::{Answer, Lister, Owners, Store, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome};
use tokio::runtime::Handle;

/// How many entries a sweep removes at most.
const AT_MOST: usize = 1000;

/// A store that is swept at every `every`-th read: Flask-Session's `SESSION_CLEANUP_N_REQUESTS` (which sweeps at random with that frequency).
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

    /// Starts a sweep if one is due. No request waits for it. If it fails, the guard has logged that, and the next sweep comes as usual.
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

#[deny(clippy::missing_trait_methods)]
impl Store for Swept {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        self.sweep_if_due(now);
        self.store.load(key, touch, now)
    }

    fn load_without_expiry<'a>(&'a self, key: &'a StoreKey, now: UnixTime) -> Answer<'a, Option<Stored>> {
        self.sweep_if_due(now);
        self.store.load_without_expiry(key, now)
    }

    fn is_faster_without_expiry(&self) -> bool {
        self.store.is_faster_without_expiry()
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        self.store.write(write, now)
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        self.store.touch(key, expires, now)
    }

    fn timeout(&self) -> Option<Duration> {
        self.store.timeout()
    }

    fn answers_at_once(&self) -> bool {
        self.store.answers_at_once()
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
