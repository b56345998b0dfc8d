//! The answer to a call that was dropped is not taken for the answer to another, and no transaction stays open.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use dewar::store::{Store, Write, WriteOutcome};
use dewar_servers::MariaDb as Server;
use mysql_async::prelude::Queryable;

use super::{both, create, entry, key, now, payload, stranger};

const KEYS: u64 = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_dropped_anywhere_do_no_harm() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        let store: Arc<dyn Store> = store.into();
        for number in 0..KEYS {
            create(&*store, &format!("session:{number}"), &entry(number.to_string())).await;
        }
        let tasks: Vec<_> =
            (1..=16).map(|seed| tokio::spawn(call_and_drop(Arc::clone(&store), seed))).collect();
        let mut answers = 0;
        for task in tasks {
            answers += task.await.unwrap();
        }
        assert!((50..4000).contains(&answers), "{answers} of 4000 were answered");
        for number in 0..KEYS {
            let found = payload(&*store, &format!("session:{number}")).await.unwrap();
            assert_eq!(found, number.to_string().into_bytes());
        }
        no_transaction_is_open(&server).await;
    }
}

/// Makes 250 calls, each polled a few times at most; returns how many were answered.
async fn call_and_drop(store: Arc<dyn Store>, seed: u64) -> usize {
    let (mut random, mut answers) = (seed, 0);
    for turn in 0..250 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (number, polls) = ((random >> 33) % KEYS, (random >> 50) % 8);
        let there = key(&format!("session:{number}"));
        if turn % 2 == 0 {
            let Some(found) = polled(store.load(&there, None, now()), polls).await else { continue };
            assert_eq!(found.unwrap().unwrap().payload, number.to_string().as_bytes());
        } else {
            let (old, new) = (key(&format!("old:{seed}:{turn}")), key(&format!("new:{seed}:{turn}")));
            let WriteOutcome::Saved(seen) =
                store.write(Write::create(&old, &entry("x")), now()).await.unwrap()
            else {
                panic!("the key is free")
            };
            let moved = entry("moved");
            let rename = Write::rename(&old, &new, &seen, &moved, Some(&moved));
            if polled(store.write(rename, now()), polls).await.is_none() {
                all_or_nothing(&*store, old.as_str(), new.as_str()).await;
                continue;
            }
        }
        answers += 1;
    }
    answers
}

/// The dropped call may still be under way: it has been done by the time that the row is free.
async fn all_or_nothing(store: &dyn Store, old: &str, new: &str) {
    let before = payload(store, old).await.unwrap();
    let made = payload(store, new).await;
    let after = payload(store, old).await.unwrap();
    if before == after {
        assert_eq!(made.is_some(), before == b"moved", "done by half");
    }
}

async fn no_transaction_is_open(server: &Server) {
    let mut watcher = stranger(server).await;
    for _ in 0..60 {
        let open: Option<usize> =
            watcher.query_first("SELECT count(*) FROM information_schema.innodb_trx").await.unwrap();
        if open == Some(0) {
            return;
        }
        // The server counts anew if nobody has asked for a tenth of a second.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    panic!("a transaction stays open");
}

/// Polls a future this many times, and drops it if it is not ready then.
async fn polled<T>(future: impl Future<Output = T>, mut polls: u64) -> Option<T> {
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
