//! A background task that removes expired sessions.

use std::time::Duration;

use dewar::SessionManager;
use dewar::error::Error;
use tokio::time::sleep;

/// How many entries are removed at a time, so that no engine is blocked for long.
const BATCH: usize = 1000;

/// Removes the program's expired sessions at intervals. Spawn it in a program that runs for a long time. It returns at once if the store needs
/// no sweeping (Redis). Expired sessions are never returned, even if this does not run; they only take up space.
///
/// A failure is logged (feature `tracing`), and the next round tries again. Several processes may sweep the same store.
///
/// ```
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use dewar::{ServerSide, SessionManager};
///
/// let store = dewar_stores::open("memory:").await?;
/// let manager = SessionManager::server_side(ServerSide::new("shop", store))?;
/// tokio::spawn(dewar_stores::sweep_periodically(manager.clone(), Duration::from_secs(600)));
/// # Ok(())
/// # }
/// ```
pub async fn sweep_periodically(manager: SessionManager, every: Duration) {
    while manager.needs_sweeping() {
        sleep(every).await;
        tell(sweep_all(&manager).await);
    }
}

async fn sweep_all(manager: &SessionManager) -> Result<usize, Error> {
    let mut removed = 0;
    loop {
        let batch = manager.sweep(BATCH).await?;
        removed += batch;
        if batch < BATCH {
            return Ok(removed);
        }
        tokio::task::yield_now().await;
    }
}

#[cfg(feature = "tracing")]
fn tell(swept: Result<usize, Error>) {
    match swept {
        Ok(removed) => tracing::debug!(target: "dewar::store", removed, "expired sessions removed"),
        Err(error) => {
            tracing::warn!(target: "dewar::store", %error, "expired sessions could not be removed, the next round tries again")
        }
    }
}

#[cfg(not(feature = "tracing"))]
fn tell(_: Result<usize, Error>) {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use dewar::ServerSide;
    use dewar_core::clock::{Clock, UnixTime};
    use dewar_core::{
        Answer, Entry, Memory, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
        async_trait,
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_has_expired_goes_and_the_sessions_of_others_stay() {
        let now = UnixTime::from_seconds(1_709_210_096);
        let store = Arc::new(Memory::new());
        let create = async |name: &str, number: u64, seconds: u64| {
            let entry = Entry::new("x", Some(now.plus(Duration::from_secs(seconds))));
            let key = StoreKey::new(format!("{name}:{number}"));
            assert!(matches!(
                store.write(Write::create(&key, &entry), now).await.unwrap(),
                WriteOutcome::Saved(_)
            ));
        };
        for number in 0..2500 {
            create("shop", number, 1).await;
        }
        create("shop", 2500, 100_000).await;
        create("payroll", 1, 1).await;
        let clock = Clock::fixed(now.plus(Duration::from_secs(3600)));
        let settings = ServerSide { clock, ..ServerSide::new("shop", store.clone()) };
        let manager = SessionManager::server_side(settings).unwrap();
        let sweeping = tokio::spawn(sweep_periodically(manager, Duration::from_secs(60)));
        sleep(Duration::from_secs(59)).await;
        assert!(store.entries() >= 2400, "not before its time: {}", store.entries());
        sleep(Duration::from_secs(2)).await;
        assert_eq!(store.entries(), 2);
        sweeping.abort();
    }

    /// Its first sweep fails; or it needs none.
    #[derive(Debug)]
    struct Sweepable {
        memory: Memory,
        needs_sweeping: bool,
        sweeps: AtomicUsize,
    }

    impl Store for Sweepable {
        fn load<'a>(&'a self, k: &'a StoreKey, t: Option<Touch>, n: UnixTime) -> Answer<'a, Option<Stored>> {
            self.memory.load(k, t, n)
        }
        fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
            self.memory.write(write, now)
        }
        fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
            self.memory.touch(key, expires, now)
        }
        fn sweeper(&self) -> Option<&dyn Sweeper> {
            self.needs_sweeping.then_some(self)
        }
    }

    #[async_trait]
    impl Sweeper for Sweepable {
        async fn sweep(&self, _: &str, _: usize, _: UnixTime) -> Result<usize, StoreError> {
            match self.sweeps.fetch_add(1, Ordering::Relaxed) {
                0 => Err(StoreError::no_answer("the disk is away")),
                _ => Ok(0),
            }
        }
    }

    fn sweepable(needs_sweeping: bool) -> (Arc<Sweepable>, SessionManager) {
        let store = Sweepable { memory: Memory::new(), needs_sweeping, sweeps: AtomicUsize::new(0) };
        let store = Arc::new(store);
        let manager = SessionManager::server_side(ServerSide::new("shop", store.clone())).unwrap();
        (store, manager)
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_sweep_that_failed_the_next_one_is_due() {
        let (store, manager) = sweepable(true);
        let sweeping = tokio::spawn(sweep_periodically(manager, Duration::from_secs(60)));
        sleep(Duration::from_secs(150)).await;
        assert_eq!(store.sweeps.load(Ordering::Relaxed), 2);
        sweeping.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn where_nothing_needs_to_be_swept_it_ends_at_once() {
        let (store, manager) = sweepable(false);
        sweep_periodically(manager, Duration::from_secs(60)).await;
        assert_eq!(store.sweeps.load(Ordering::Relaxed), 0);
    }
}
