//! The overhead of a guard around a healthy store. Allocations are asserted; times are only printed, since they depend on the machine. This is a
//! separate binary because of the counting allocator.
#![expect(clippy::unwrap_used, reason = "tests: what fails here fails the test")]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use allocation_counter::measure;
use dewar::clock::UnixTime;
use dewar::store::{
    Answer, AsyncStore, Entry, Memory, Store, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome,
};
use dewar_stores::guard::{Guard, GuardOptions};

const CALLS: u32 = 100_000;
const NOW: UnixTime = UnixTime::EPOCH;

/// Memory that answers later, although it never waits.
#[derive(Debug)]
struct Later(Arc<Memory>);

impl AsyncStore for Later {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.0.load(key, touch, now).await
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.0.write(write, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.0.touch(key, expires, now).await
    }
}

#[tokio::test]
async fn a_load_through_a_guard() {
    let memory = Arc::new(Memory::new());
    let (key, entry) = (StoreKey::new("session:a"), Entry::new("payload", None));
    let _ = memory.write(Write::create(&key, &entry), NOW).await.unwrap();
    let at_once = Guard::new(Arc::<Memory>::clone(&memory), GuardOptions::default());
    let later = Guard::new(Arc::new(Later(Arc::clone(&memory))), GuardOptions::default());

    // Memory copies the payload.
    let stores: [(&str, &dyn Store, u64); 3] = [
        ("memory", &*memory, 1),
        ("guarded memory", &at_once, 1),
        ("guarded store that answers later", &later, 3),
    ];
    for (name, store, allocations) in stores {
        println!("{name}: {:?} a load", time(store, &key).await);
        let spent = measure(|| assert!(is_found(store.load(&key, None, NOW))));
        assert_eq!(spent.count_total, allocations, "{name}");
    }
}

#[tokio::test]
async fn a_write_through_a_guard_costs_what_the_store_costs() {
    let memory = Arc::new(Memory::new());
    let guard = Guard::new(Arc::<Memory>::clone(&memory), GuardOptions::default());
    let (a, b, entry) = (StoreKey::new("session:a"), StoreKey::new("session:b"), Entry::new("payload", None));
    let mut spent = Vec::new();
    for (store, key) in [(&*memory as &dyn Store, &a), (&guard, &b)] {
        let _ = store.write(Write::create(key, &entry), NOW).await.unwrap();
        let seen = store.load(key, None, NOW).await.unwrap().unwrap().revision;
        let swap = || matches!(store.write(Write::swap(key, &seen, &entry), NOW), Answer::Now(Ok(_)));
        spent.push(measure(|| assert!(swap())).count_total);
    }
    assert_eq!(spent[0], spent[1]);
}

async fn time(store: &dyn Store, key: &StoreKey) -> Duration {
    let start = Instant::now();
    for _ in 0..CALLS {
        assert!(store.load(key, None, NOW).await.unwrap().is_some());
    }
    start.elapsed() / CALLS
}

fn is_found(answer: Answer<'_, Option<Stored>>) -> bool {
    let polled = pin!(answer).poll(&mut Context::from_waker(Waker::noop()));
    matches!(polled, Poll::Ready(Ok(Some(_))))
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::task::Wake;
    use std::thread::{self, Thread};

    use dewar_stores::sqlite::{Sqlite, Synchronous};

    use super::*;

    /// SQLite's threads do the work. The caller allocates its future, the work that a thread takes, and the way back.
    #[test]
    fn a_load_of_sqlite_through_a_guard() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = runtime.enter();
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Arc::new(Sqlite::open(folder.path().join("sessions.db"), Synchronous::Normal).unwrap());
        let guard = Guard::new(Arc::<Sqlite>::clone(&sqlite), GuardOptions::default());
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        // As long as the key of a session.
        let (key, entry) =
            (StoreKey::new(format!("session:{}", "a".repeat(43))), Entry::new("payload", None));
        for (name, store, allocations) in [("sqlite", &*sqlite as &dyn Store, 3), ("guarded", &guard, 4)] {
            let _ = wait(store.write(Write::create(&key, &entry), NOW), &waker).unwrap();
            let load = || assert!(wait(store.load(&key, None, NOW), &waker).unwrap().is_some());
            // The first one starts the thread.
            load();
            assert_eq!(measure(load).count_total, allocations, "{name}");
        }
    }

    /// Waits on this thread, without a runtime.
    fn wait<T>(future: impl Future<Output = T>, waker: &Waker) -> T {
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(waker)) {
                Poll::Ready(value) => return value,
                Poll::Pending => thread::park(),
            }
        }
    }

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
}
