//! The answer to a call that was dropped is not taken for the answer to another.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use dewar::store::Store;
use dewar_servers::Memcached as Server;
use dewar_stores::Memcached;

use super::{created, entry, key, now, open};

const KEYS: u64 = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loads_that_are_dropped_anywhere_never_mix_up_answers() {
    let Some(server) = Server::for_test() else { return };
    let store = Arc::new(open(&server.url()).await);
    for number in 0..KEYS {
        created(&store, &key(&format!("session:{number}")), &entry(number.to_string())).await;
    }
    let tasks: Vec<_> = (1..=16).map(|seed| tokio::spawn(load_and_drop(Arc::clone(&store), seed))).collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await.unwrap();
    }
    assert!((100..8000).contains(&answers), "{answers} of 8000 were answered");
    for number in 0..KEYS {
        let found = super::payload(&store, &key(&format!("session:{number}"))).await.unwrap();
        assert_eq!(found, number.to_string().into_bytes());
    }
}

/// Makes 500 loads, each polled a few times at most; returns how many were answered.
async fn load_and_drop(store: Arc<Memcached>, seed: u64) -> usize {
    let (mut random, mut answers) = (seed, 0);
    for _ in 0..500 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (number, polls) = ((random >> 33) % KEYS, (random >> 50) % 5);
        let key = key(&format!("session:{number}"));
        if let Some(found) = polled(store.load(&key, None, now()), polls).await {
            assert_eq!(found.unwrap().unwrap().payload, number.to_string().as_bytes());
            answers += 1;
        }
        tokio::task::yield_now().await;
    }
    answers
}

/// Polls a future this many times, and drops it if it is not ready then.
pub(super) async fn polled<T>(future: impl Future<Output = T>, mut polls: u64) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if polls == 0 => Poll::Ready(None),
        Poll::Pending => {
            polls -= 1;
            Poll::Pending
        }
    })
    .await
}
