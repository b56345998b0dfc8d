//! The answer to a call that was dropped is not taken for the answer to another, and nothing stays open.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use dewar::store::{Store, Touch, Write};
use dewar_servers::{Chance, Postgres as Server};
use dewar_stores::postgres::Postgres;

use super::{HOUR, created, entry, from_now, key, native, now, payload};

const KEYS: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_dropped_anywhere_never_mix_up_answers() {
    let Some(server) = Server::for_test() else { return };
    let store = Arc::new(native(&server.url()).await);
    for number in 0..KEYS {
        created(&*store, &key(&number.to_string()), &entry(number.to_string())).await;
    }
    let tasks: Vec<_> = (1..=16).map(|seed| tokio::spawn(call_and_drop(Arc::clone(&store), seed))).collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await.unwrap();
    }
    assert!((100..7900).contains(&answers), "{answers} of 8000 were answered");
    for number in 0..KEYS {
        let found = payload(&*store, &key(&number.to_string())).await.unwrap();
        assert_eq!(found, number.to_string().into_bytes());
    }
    let open = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
    assert_eq!(server.sql(open).unwrap(), "0");
    let connections = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dewar'";
    let connections: usize = server.sql(connections).unwrap().parse().unwrap();
    assert!((2..=9).contains(&connections), "{connections}");
}

/// Makes 500 calls, each polled a few times at most; returns how many were answered.
async fn call_and_drop(store: Arc<Postgres>, seed: u64) -> usize {
    let (mut chance, mut answers) = (Chance::new(seed), 0);
    for _ in 0..500 {
        let number = chance.below(KEYS);
        let (key, polls, content) = (key(&number.to_string()), chance.below(5), entry(number.to_string()));
        let touch = Touch { expires: from_now(3 * HOUR), if_before: from_now(2 * HOUR) };
        let is_answered = match chance.below(4) {
            0 => {
                let Some(found) = store.load(&key, None, now()).await.unwrap() else { panic!("it is gone") };
                polled(store.write(Write::swap(&key, &found.revision, &content), now()), polls)
                    .await
                    .is_some()
            }
            1 => {
                let touched = polled(store.touch(&key, from_now(HOUR), now()), polls).await;
                touched.map(|touched| assert!(touched.unwrap())).is_some()
            }
            kind => {
                let found = polled(store.load(&key, (kind == 2).then_some(touch), now()), polls).await;
                let check = |found: Result<Option<dewar::store::Stored>, _>| {
                    assert_eq!(found.unwrap().unwrap().payload, number.to_string().as_bytes());
                };
                found.map(check).is_some()
            }
        };
        answers += usize::from(is_answered);
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
