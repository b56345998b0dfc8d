//! The entries of an owner, and how many may stay.

use dewar::store::{Owners, Sweeper, Trim, Write, WriteOutcome};

use super::*;

fn owned(owner: &str) -> Entry {
    Entry { owner: Some(owner.to_owned()), ..entry("one") }
}

async fn names(store: &Filesystem, owner: &str) -> Vec<String> {
    store.owned_by(owner, NOW).await.unwrap().into_iter().map(|(key, _)| key.as_str().to_owned()).collect()
}

#[tokio::test]
async fn entries_are_in_the_order_in_which_they_got_their_owner_even_if_the_clock_stands_still() {
    let (store, _folder) = store();
    for name in ["c", "a", "d", "b"] {
        create(&store, name, &owned("ann")).await;
    }
    let seen = load(&store, "c").await.unwrap().revision;
    let _ = store
        .write(Write::rename(&key("c"), &key("z"), &seen, &owned("ann"), Some(&entry("here lies"))), NOW)
        .await
        .unwrap();
    assert_eq!(names(&store, "ann").await, ["z", "a", "d", "b"]);
    assert!(names(&store, "bob").await.is_empty());
}

#[tokio::test]
async fn an_entry_that_gets_another_owner_is_that_owners() {
    let (store, folder) = store();
    for owner in ["ann", "bob"] {
        create(&store, owner, &owned(owner)).await;
    }
    let seen = load(&store, "ann").await.unwrap().revision;
    let _ = store.write(Write::swap(&key("ann"), &seen, &owned("bob")), NOW).await.unwrap();
    assert_eq!(names(&store, "bob").await, ["bob", "ann"]);
    assert!(names(&store, "ann").await.is_empty());
    assert_eq!(store.remove_all("bob", Some(&key("ann")), NOW).await.unwrap(), 1);
    assert_eq!(names(&store, "bob").await, ["ann"]);
    assert_eq!(store.write(Write::remove(&key("ann"), None), NOW).await.unwrap(), WriteOutcome::Removed);
    assert_eq!(store.sweep("", 10, NOW).await.unwrap(), 0);
    assert!(files(&folder.path().join("owners")).is_empty(), "the sweep left the name of a removed entry");
}

#[tokio::test]
async fn trimming_takes_the_oldest_or_the_newest() {
    let (store, _folder) = store();
    for name in ["a", "b", "c", "d"] {
        create(&store, name, &owned("ann")).await;
    }
    assert_eq!(store.trim("ann", 3, Trim::Oldest, NOW).await.unwrap(), [key("a")]);
    assert_eq!(store.trim("ann", 2, Trim::Newest, NOW).await.unwrap(), [key("d")]);
    assert!(store.trim("ann", 2, Trim::Oldest, NOW).await.unwrap().is_empty());
    assert_eq!(names(&store, "ann").await, ["b", "c"]);
    assert_eq!(load(&store, "a").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_holds_however_many_are_created_at_once() {
    let (store, _folder) = store();
    let store = store.durable(false);
    let tasks: Vec<_> = (0..24)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                create(&store, &number.to_string(), &owned("ann")).await;
                store.trim("ann", 3, Trim::Oldest, NOW).await.unwrap().len()
            })
        })
        .collect();
    let mut removed = 0;
    for task in tasks {
        removed += task.await.unwrap();
    }
    assert_eq!((removed, names(&store, "ann").await.len()), (21, 3));
}

#[tokio::test]
async fn names_in_the_index_without_an_entry_are_dropped() {
    let (store, folder) = store();
    create(&store, "a", &owned("ann")).await;
    create(&store, "b", &owned("ann")).await;
    let name = files(&folder.path().join("owners")).remove(0);
    for shard in fs::read_dir(folder.path().join("entries")).unwrap() {
        let _ = fs::remove_file(shard.unwrap().path().join(name.file_name().unwrap()));
    }
    assert_eq!(names(&store, "ann").await.len(), 1);
    assert!(!name.exists());
}
