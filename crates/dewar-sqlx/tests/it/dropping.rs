//! Requests that are dropped at any point: those of the store, and those of the program in the same pool.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use dewar::store::{Store, Write, WriteOutcome};

use super::engines::{Server, both, native};
use super::{create, entry, key, now, on_each_engine, payload};

on_each_engine!(
    calls_that_are_dropped_anywhere_do_no_harm,
    what_is_stored_stays_stored_when_the_program_drops_its_transactions,
    what_others_stored_is_seen_when_the_program_drops_its_transactions,
);

const ENTRIES: u64 = 16;

async fn calls_that_are_dropped_anywhere_do_no_harm(server: impl Server) {
    let pool = server.pool(3).await;
    for store in both(&pool).await {
        for number in 0..ENTRIES {
            create(&*store, &format!("entry {number}"), &entry(number.to_string())).await;
        }
        let tasks: Vec<_> =
            (1..=6).map(|seed| tokio::spawn(call_and_drop(Arc::clone(&store), seed))).collect();
        let mut answers = 0;
        for task in tasks {
            answers += task.await.unwrap();
        }
        assert!((20..1200).contains(&answers), "{answers} of 1200 were answered");
        for number in 0..ENTRIES {
            assert_eq!(
                payload(&*store, &format!("entry {number}")).await.unwrap(),
                number.to_string().into_bytes()
            );
        }
    }
}

/// Makes 100 loads and 100 renames back and forth, each polled a few times at most; returns how many were answered.
async fn call_and_drop(store: Arc<dyn Store>, seed: u64) -> usize {
    let (mut random, mut answers) = (Random(seed), 0);
    for turn in 0..100 {
        let number = random.next() % ENTRIES;
        let name = key(&format!("entry {number}"));
        if let Some(found) = polled(store.load(&name, None, now()), random.next() % 20).await {
            assert_eq!(found.unwrap().unwrap().payload, number.to_string().as_bytes());
            answers += 1;
        }
        let (old, new) = (format!("{seed}/{turn}/old"), format!("{seed}/{turn}/new"));
        let seen = create(&*store, &old, &entry("x")).await;
        let (old, new, mine, tombstone) = (key(&old), key(&new), entry("y"), entry("z"));
        let write = Write::rename(&old, &new, &seen, &mine, Some(&tombstone));
        let answer = polled(store.write(write, now()), random.next() % 20).await;
        answers += usize::from(answer.is_some());
        is_done_or_not(&*store, old.as_str(), new.as_str()).await;
    }
    answers
}

/// A call that was dropped may still be running, so both are read until they fit.
async fn is_done_or_not(store: &dyn Store, old: &str, new: &str) {
    let mut found = (None, None);
    for _ in 0..100 {
        found = (payload(store, old).await, payload(store, new).await);
        match (found.0.as_deref(), found.1.as_deref()) {
            (Some(b"x"), None) | (Some(b"z"), Some(b"y")) => return,
            _ => tokio::task::yield_now().await,
        }
    }
    panic!("done by half: {found:?}");
}

/// sqlx leaves a connection within the transaction if the future is dropped while `BEGIN` has no answer yet.
async fn what_is_stored_stays_stored_when_the_program_drops_its_transactions(server: impl Server) {
    let pool = server.pool(2).await;
    let store = native(&pool).await;
    let mut random = Random(7);
    for turn in 0..100 {
        drop(polled(pool.begin(), random.next() % 8).await);
        let name = format!("shop:{turn}");
        let seen = create(&store, &name, &entry("1")).await;
        drop(polled(pool.begin(), random.next() % 8).await);
        let swapped = store.write(Write::swap(&key(&name), &seen, &entry("2")), now()).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Saved(_)));
        let elsewhere = server
            .sql(&format!(
                "SELECT count(*) FROM dewar_sessions WHERE {} = '{name}' AND payload = {}",
                server.key_column(),
                two(&server),
            ))
            .await;
        assert_eq!(elsewhere, "1", "turn {turn}: what was answered was never committed");
    }
}

/// In a transaction that nobody ends, a read may show for ever what was there when it was first used.
async fn what_others_stored_is_seen_when_the_program_drops_its_transactions(server: impl Server) {
    let pool = server.pool(1).await;
    let store = native(&pool).await;
    let mut random = Random(7);
    for turn in 0..60 {
        let name = format!("shop:{turn}");
        create(&store, &name, &entry("1")).await;
        drop(polled(pool.begin(), random.next() % 8).await);
        assert_eq!(payload(&store, &name).await.unwrap(), b"1");
        server.sql(&format!("DELETE FROM dewar_sessions WHERE {} = '{name}'", server.key_column())).await;
        assert_eq!(
            payload(&store, &name).await,
            None,
            "turn {turn}: a session that was ended is there again"
        );
    }
}

/// The payload `2` as a literal.
fn two(server: &impl Server) -> &'static str {
    if server.is_sqlite() { "X'32'" } else { "'2'" }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
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
