//! Ready-made harnesses: one with a clock that the suite sets, one with the real clock.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use super::Harness;
use crate::Store;
use crate::clock::{Clock, UnixTime};

const MILLISECOND: Duration = Duration::from_millis(1);

/// A harness for stores that use the `now` of each call. No rule has to wait.
#[derive(Debug)]
pub struct ManualTime {
    store: Arc<dyn Store>,
    now: AtomicI64,
    precision: Duration,
}

impl ManualTime {
    /// Tests this store, with a clock that starts at the system's time.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        let now = AtomicI64::new(Clock::system().now().millis());
        Self { store, now, precision: MILLISECOND }
    }

    /// The store may round an expiry up by less than this.
    #[must_use]
    pub fn with_precision(self, precision: Duration) -> Self {
        Self { precision, ..self }
    }
}

#[async_trait]
impl Harness for ManualTime {
    async fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    fn now(&self) -> UnixTime {
        UnixTime::from_millis(self.now.load(Ordering::SeqCst))
    }

    async fn advance(&self, by: Duration) {
        self.now.store(self.now().plus(by).millis(), Ordering::SeqCst);
    }

    fn uses_now(&self) -> bool {
        true
    }

    fn precision(&self) -> Duration {
        self.precision
    }
}

type Wait = dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// A harness for engines with their own clock, which really waits. The clocks of this machine and of the engine must agree.
pub struct RealTime {
    store: Arc<dyn Store>,
    wait: Box<Wait>,
    precision: Duration,
}

impl RealTime {
    /// Tests this store. `wait` is the runtime's sleep: `|by| Box::pin(tokio::time::sleep(by))`.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        wait: impl Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync + 'static,
    ) -> Self {
        Self { store, wait: Box::new(wait), precision: MILLISECOND }
    }

    /// The engine may round an expiry up by less than this.
    #[must_use]
    pub fn with_precision(self, precision: Duration) -> Self {
        Self { precision, ..self }
    }
}

#[async_trait]
impl Harness for RealTime {
    async fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    fn now(&self) -> UnixTime {
        Clock::system().now()
    }

    async fn advance(&self, by: Duration) {
        (self.wait)(by).await;
    }

    fn uses_now(&self) -> bool {
        false
    }

    fn precision(&self) -> Duration {
        self.precision
    }
}

impl fmt::Debug for RealTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealTime")
            .field("store", &self.store)
            .field("precision", &self.precision)
            .finish_non_exhaustive()
    }
}
