//! Many calls at once, and calls that are dropped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use rusqlite::Connection;

use super::{NOW, both, create, entry, folder, key, native, payload};

#[tokio::test]
async fn writers_at_once_share_commits() {
    let folder = folder();
    let store = Arc::new(native(&folder));
    let opened = store.commits();
    let writers: Vec<_> = (0..64)
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for turn in 0..10 {
                    create(&*store, &format!("{writer}/{turn}"), &entry("x")).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let commits = store.commits() - opened;
    assert!((10..=320).contains(&commits), "{commits} commits for 640 writes");
    for number in 0..640 {
        assert!(payload(&*store, &format!("{}/{}", number / 10, number % 10)).await.is_some());
    }
}

#[tokio::test]
async fn one_of_many_swaps_at_once_wins() {
    let folder = folder();
    for store in both(&folder) {
        let store: Arc<dyn Store> = store.into();
        let seen = create(&*store, "a", &entry("0")).await;
        let swaps: Vec<_> = (1..=64)
            .map(|writer| {
                let (store, seen) = (Arc::clone(&store), seen.clone());
                let mine = entry(&writer.to_string());
                tokio::spawn(
                    async move { store.write(Write::swap(&key("a"), &seen, &mine), NOW).await.unwrap() },
                )
            })
            .collect();
        let mut winners = 0;
        for swap in swaps {
            winners += usize::from(matches!(swap.await.unwrap(), WriteOutcome::Saved(_)));
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test]
async fn dropped_calls_do_no_harm() {
    let folder = folder();
    for store in both(&folder) {
        let mut waiting = Context::from_waker(Waker::noop());
        for number in 0..3000 {
            let (name, mine) = (key(&format!("dropped {number}")), entry("dropped"));
            let mut call = store.write(Write::create(&name, &mine), NOW);
            _ = Pin::new(&mut call).poll(&mut waiting);
        }
        for number in 0..100 {
            let name = format!("stored {number}");
            let seen = create(store.as_ref(), &name, &entry("x")).await;
            assert_eq!(
                store.write(Write::create(&key(&name), &entry("y")), NOW).await.unwrap(),
                WriteOutcome::Taken
            );
            let swapped = store.write(Write::swap(&key(&name), &seen, &entry(&name)), NOW).await.unwrap();
            assert!(matches!(swapped, WriteOutcome::Saved(_)));
            assert_eq!(payload(store.as_ref(), &name).await.unwrap(), name.as_bytes());
        }
        for number in 0..3000 {
            let dropped = payload(store.as_ref(), &format!("dropped {number}")).await;
            assert!(dropped.is_none_or(|payload| payload == b"dropped"), "done by half");
        }
    }
}

#[tokio::test]
async fn a_file_that_stays_locked_is_busy_and_comes_back() {
    let folder = folder();
    let store = native(&folder);
    create(&store, "a", &entry("x")).await;
    let other = Connection::open(folder.path().join("native.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (name, mine) = (key("b"), entry("y"));
    let busy = store.write(Write::create(&name, &mine), NOW).await.unwrap_err();
    assert_eq!(busy.kind(), StoreErrorKind::Busy);
    let message = std::error::Error::source(&busy).unwrap().to_string();
    assert!(message.contains("fuser") && message.contains("native.db"), "{message}");
    assert_eq!(payload(&store, "a").await.unwrap(), b"x", "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(payload(&store, "b").await, None);
    create(&store, "b", &mine).await;
}

#[tokio::test]
async fn a_rename_that_fails_halfway_did_nothing() {
    let folder = folder();
    let store = native(&folder);
    let seen = create(&store, "old", &entry("x")).await;
    let other = Connection::open(folder.path().join("native.db")).unwrap();
    let trigger = "CREATE TRIGGER late BEFORE DELETE ON dewar_sessions BEGIN SELECT RAISE(FAIL, 'late'); END";
    other.execute_batch(trigger).unwrap();
    let renamed = store.write(Write::rename(&key("old"), &key("new"), &seen, &entry("y"), None), NOW).await;
    assert_eq!(renamed.unwrap_err().kind(), StoreErrorKind::Refused);
    assert_eq!(payload(&store, "new").await, None);
    assert_eq!(payload(&store, "old").await.unwrap(), b"x");
}
