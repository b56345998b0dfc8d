//! Many calls at once.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::{Write, WriteOutcome};

use super::engines::{Server, both};
use super::{create, entry, key, now, on_each_engine, payload};

on_each_engine!(
    one_of_many_swaps_wins_and_the_others_see_what_it_wrote,
    one_connection_serves_many_calls_at_once
);

async fn one_of_many_swaps_wins_and_the_others_see_what_it_wrote(server: impl Server) {
    let pool = server.pool(8).await;
    for store in both(&pool).await {
        let seen = create(&*store, "a", &entry("0")).await;
        let swaps: Vec<_> = (1..=32)
            .map(|writer| {
                let (store, seen) = (Arc::clone(&store), seen.clone());
                tokio::spawn(async move {
                    let mine = entry(writer.to_string());
                    store.write(Write::swap(&key("a"), &seen, &mine), now()).await.unwrap()
                })
            })
            .collect();
        let mut outcomes = Vec::new();
        for swap in swaps {
            outcomes.push(swap.await.unwrap());
        }
        let stored = store.load(&key("a"), None, now()).await.unwrap().unwrap();
        let won = outcomes.iter().filter(|outcome| matches!(outcome, WriteOutcome::Saved(_))).count();
        let lost =
            outcomes.iter().filter(|outcome| **outcome == WriteOutcome::Changed(stored.clone())).count();
        assert_eq!((won, lost), (1, 31));
    }
}

/// A call that needed a second connection while it holds the only one would wait for itself.
async fn one_connection_serves_many_calls_at_once(server: impl Server) {
    let pool = server.pool(1).await;
    for store in both(&pool).await {
        let calls: Vec<_> = (0..32)
            .map(|number| {
                let store = Arc::clone(&store);
                tokio::spawn(async move {
                    let (old, new) = (key(&format!("a{number}")), key(&format!("b{number}")));
                    let (seen, mine) = (create(&*store, old.as_str(), &entry("1")).await, entry("2"));
                    let write = Write::rename(&old, &new, &seen, &mine, None);
                    assert!(matches!(store.write(write, now()).await.unwrap(), WriteOutcome::Saved(_)));
                    assert_eq!(payload(&*store, new.as_str()).await.unwrap(), b"2");
                })
            })
            .collect();
        tokio::time::timeout(Duration::from_secs(60), async {
            for call in calls {
                call.await.unwrap();
            }
        })
        .await
        .expect("the calls wait for each other");
    }
    assert_eq!(pool.size(), 1);
}
