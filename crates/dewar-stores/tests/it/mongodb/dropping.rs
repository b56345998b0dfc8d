//! Calls that are dropped anywhere do no harm: the driver's own futures would leave its pool of connections without one.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use dewar::store::{Store, Write, WriteOutcome};
use dewar_servers::{Chance, MongoDb as Server};

use super::{created, entry, key, now, open, open_flask, owned, payload};

const KEYS: usize = 64;
const CALLS: usize = 500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_dropped_anywhere_never_mix_up_answers_and_the_store_stays_healthy() {
    let Some(server) = Server::for_test() else { return };
    // A small pool: each connection that is lost would be missed.
    let url = format!("{}?maxPoolSize=8", server.url());
    check(Arc::new(open(&url).await)).await;
    check(Arc::new(open_flask(&url).await)).await;
}

async fn check(store: Arc<dyn Store>) {
    for number in 0..KEYS {
        created(&*store, &key(&format!("session:{number}")), &entry(number.to_string())).await;
    }
    let tasks: Vec<_> = (1..=16).map(|seed| tokio::spawn(call_and_drop(Arc::clone(&store), seed))).collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await.unwrap();
    }
    assert!(answers < 16 * CALLS, "some were dropped");
    for number in 0..KEYS {
        let start = Instant::now();
        let found = payload(&*store, &key(&format!("session:{number}"))).await.unwrap();
        assert_eq!(found, number.to_string().into_bytes());
        assert!(start.elapsed() < Duration::from_secs(5), "the connections are there");
    }
}

/// Makes calls, each polled a few times at most; returns how many were answered.
async fn call_and_drop(store: Arc<dyn Store>, seed: u64) -> usize {
    let (mut chance, mut answers) = (Chance::new(seed), 0);
    for call in 0..CALLS {
        let (number, polls) = (chance.below(KEYS), chance.below(4));
        let name = key(&format!("session:{number}"));
        let own = key(&format!("own:{seed}:{call}"));
        let other = key(&format!("other:{seed}:{call}"));
        match chance.below(4) {
            0..2 => {
                if let Some(found) = polled(store.load(&name, None, now()), polls).await {
                    assert_eq!(found.unwrap().unwrap().payload, number.to_string().as_bytes());
                    answers += 1;
                }
            }
            2 => {
                answers += usize::from(
                    polled(store.write(Write::create(&own, &owned("x", "ann")), now()), polls)
                        .await
                        .is_some(),
                )
            }
            _ => {
                let seen = match store.write(Write::create(&own, &entry("x")), now()).await.unwrap() {
                    WriteOutcome::Saved(seen) => seen,
                    other => panic!("{other:?}"),
                };
                let (new, tombstone) = (entry("new"), entry("tombstone"));
                let rename = Write::rename(&own, &other, &seen, &new, Some(&tombstone));
                answers += usize::from(polled(store.write(rename, now()), polls).await.is_some());
            }
        }
        tokio::task::yield_now().await;
    }
    answers
}

/// Polls a future this many times, and drops it if it is not ready then.
async fn polled<T>(future: impl Future<Output = T>, mut polls: usize) -> Option<T> {
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
