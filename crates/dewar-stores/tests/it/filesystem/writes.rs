//! The calls, and what happens when several are made at once.

use std::collections::BTreeSet;
use std::pin::Pin;

use dewar::store::{Lister, Sweeper, Touch, Write, WriteOutcome};

use super::*;

#[tokio::test]
async fn another_store_on_the_folder_sees_what_one_wrote() {
    let (store, folder) = store();
    let revision = create(&store, "a", &entry("one")).await;
    let other = Filesystem::open(folder.path()).unwrap();
    let found = load(&other, "a").await.unwrap();
    assert_eq!((found.payload.as_ref(), found.revision, found.expires), (&b"one"[..], revision, Some(LATER)));
}

#[tokio::test]
async fn a_key_made_again_has_another_revision() {
    let (store, _folder) = store();
    let first = create(&store, "a", &entry("one")).await;
    assert_eq!(store.write(Write::remove(&key("a"), None), NOW).await.unwrap(), WriteOutcome::Removed);
    let second = create(&store, "a", &entry("one")).await;
    assert_ne!(first, second);
    assert!(matches!(
        store.write(Write::swap(&key("a"), &first, &entry("two")), NOW).await.unwrap(),
        WriteOutcome::Changed(stored) if stored.revision == second
    ));
}

#[tokio::test]
async fn a_touch_is_no_other_revision() {
    let (store, _folder) = store();
    let seen = create(&store, "a", &entry("one")).await;
    let end = UnixTime::from_seconds(1_800_000_000);
    assert!(store.touch(&key("a"), end, NOW).await.unwrap());
    assert_eq!(load(&store, "a").await.unwrap().expires, Some(end));
    assert!(matches!(
        store.write(Write::swap(&key("a"), &seen, &entry("two")), NOW).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
}

#[tokio::test]
async fn a_load_touches_what_ends_soon_and_nothing_else() {
    let (store, _folder) = store();
    create(&store, "a", &entry("one")).await;
    let end = UnixTime::from_seconds(1_800_000_000);
    let expires = async |if_before| {
        let touch = Touch { expires: end, if_before };
        store.load(&key("a"), Some(touch), NOW).await.unwrap().unwrap().expires
    };
    let before = only_file(&store).metadata().unwrap();
    assert_eq!(expires(LATER).await, Some(LATER));
    assert_eq!(only_file(&store).metadata().unwrap().modified().unwrap(), before.modified().unwrap());
    assert_eq!(expires(end).await, Some(LATER));
    assert_eq!(expires(end).await, Some(end));
}

#[tokio::test]
async fn a_rename_leaves_the_tombstone_alone_under_the_old_key() {
    let (store, _folder) = store();
    let seen = create(&store, "a", &entry("one")).await;
    let (new, tombstone) = (entry("two"), entry("here lies"));
    let renamed =
        store.write(Write::rename(&key("a"), &key("b"), &seen, &new, Some(&tombstone)), NOW).await.unwrap();
    assert!(
        matches!(renamed, WriteOutcome::Saved(revision) if revision == load(&store, "b").await.unwrap().revision)
    );
    assert_eq!(load(&store, "a").await.unwrap().payload, tombstone.payload);
    let (b, seen) = (key("b"), load(&store, "b").await.unwrap().revision);
    let to_itself = store.write(Write::rename(&b, &b, &seen, &new, None), NOW);
    assert_eq!(to_itself.await.unwrap(), WriteOutcome::Taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_that_swap_one_key_lose_no_increment() {
    let (store, _folder) = store();
    let store = store.durable(false);
    create(&store, "n", &entry("0")).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..50 {
                    increment(&store, "n").await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(load(&store, "n").await.unwrap().payload, "400");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_renamed_back_and_forth_across_shards_do_not_deadlock() {
    let (store, _folder) = store();
    let store = store.durable(false);
    let ring = ["a", "b"];
    create(&store, "a", &entry("one")).await;
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let store = store.clone();
            let [from, to] = [ring[number % 2], ring[(number + 1) % 2]];
            tokio::spawn(async move {
                for _ in 0..100 {
                    let Some(seen) = load(&store, from).await else { continue };
                    let _ = store
                        .write(Write::rename(&key(from), &key(to), &seen.revision, &entry("one"), None), NOW)
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(files(&store.folder().join("entries")).len(), 1);
}

#[tokio::test]
async fn pages_show_every_entry_once_and_a_sweep_removes_what_has_expired() {
    let (store, _folder) = store();
    let store = store.durable(false);
    for number in 0..40 {
        let end = if number < 15 { NOW.plus(std::time::Duration::from_millis(1)) } else { LATER };
        create(&store, &number.to_string(), &Entry::new(vec![number], Some(end))).await;
    }
    let now = UnixTime::from_millis(NOW.millis() + 1);
    let (mut shown, mut next) = (Vec::new(), None);
    loop {
        let page = store.list("", next.as_ref(), 7, now).await.unwrap();
        assert!(page.entries.len() <= 7);
        shown.extend(page.entries.into_iter().map(|(key, _)| key.as_str().parse::<u8>().unwrap()));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((shown.len(), BTreeSet::from_iter(shown)), (25, (15..40).collect()));
    assert_eq!(store.sweep("", 10, now).await.unwrap(), 10);
    assert_eq!(store.sweep("", 10, now).await.unwrap(), 5);
    assert_eq!(store.sweep("", 10, now).await.unwrap(), 0);
    assert_eq!(files(&store.folder().join("entries")).len(), 25);
}

#[tokio::test]
async fn a_call_whose_future_is_dropped_is_done_wholly_or_not_at_all() {
    let (store, _folder) = store();
    for number in 0..50 {
        let name = number.to_string();
        let (key, entry) = (key(&name), entry("one"));
        let mut call = store.write(Write::create(&key, &entry), NOW);
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(Pin::new(&mut call).poll(context))).await;
        drop(call);
        drop(polled);
    }
    for number in 0..50 {
        // Waits for the shard's lock, and so for the call, if it has begun.
        let answer = store.write(Write::create(&key(&number.to_string()), &entry("two")), NOW).await.unwrap();
        let payload = load(&store, &number.to_string()).await.unwrap().payload;
        assert_eq!(payload, if answer == WriteOutcome::Taken { "one" } else { "two" });
    }
}
