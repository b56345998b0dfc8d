//! What a guard costs on the healthy path: printed, since a machine's speed is no promise. A binary of its own, for the allocator
//! that counts.
#![expect(clippy::unwrap_used, reason = "tests: what fails here fails the test")]

use dewar_core::old::OldCalls as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use allocation_counter::{AllocationInfo, measure};
use dewar::clock::UnixTime;
use dewar::store::{Entry, Memory, Store, StoreKey};
use dewar_stores::guard::{Guard, Patience};

const CALLS: u32 = 100_000;

#[tokio::test]
async fn a_load_through_a_guard() {
    let memory = Arc::new(Memory::new());
    let guard = Guard::new(Arc::<Memory>::clone(&memory), Patience::default());
    let key = StoreKey::new("session:a");
    let _ = memory.create(&key, &Entry::new("payload", None), UnixTime::EPOCH).await.unwrap();

    println!(
        "memory: {:?} a load, {} allocations",
        time(&*memory, &key).await,
        spent(&*memory, &key).count_total
    );
    println!(
        "guard:  {:?} a load, {} allocations",
        time(&guard, &key).await,
        spent(&guard, &key).count_total
    );
}

async fn time(store: &dyn Store, key: &StoreKey) -> Duration {
    let start = Instant::now();
    for _ in 0..CALLS {
        assert!(store.load(key, None, UnixTime::EPOCH).await.unwrap().is_some());
    }
    start.elapsed() / CALLS
}

fn spent(store: &dyn Store, key: &StoreKey) -> AllocationInfo {
    measure(|| {
        let mut call = store.load(key, None, UnixTime::EPOCH);
        assert!(Pin::new(&mut call).poll(&mut Context::from_waker(Waker::noop())).is_ready(), "nobody waits");
    })
}
