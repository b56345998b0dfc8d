//! Calls: what this store does in addition to the contract.

use dewar::store::{Entry, Revision, Store, Touch, Trim, Write, WriteOutcome};

use super::{NOW, both, create, entry, folder, key, later, native, payload};

#[tokio::test]
async fn keys_and_payloads_of_every_kind_are_two_different_things_to_sql() {
    let folder = folder();
    let long = "k".repeat(512);
    let keys = [
        "",
        "a",
        "A",
        "a\0",
        "a\0b",
        "ä",
        "'; DROP TABLE sessions; --",
        "x\" OR 1=1 --",
        "%",
        "1",
        "1.0",
        &long,
    ];
    for store in both(&folder) {
        for name in keys {
            create(store.as_ref(), name, &entry(name)).await;
        }
        for name in keys {
            assert_eq!(payload(store.as_ref(), name).await.unwrap(), name.as_bytes(), "{name:?}");
        }
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.lister().unwrap().list("", after.as_ref(), 5, NOW).await.unwrap();
            assert!(page.entries.len() <= 5);
            found.extend(page.entries.into_iter().map(|(key, _)| key.as_str().to_owned()));
            let Some(next) = page.next else { break };
            after = Some(next);
        }
        found.sort();
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        assert_eq!(found, keys);
    }
}

/// Neither wildcards of LIKE, nor letters in the other case, nor invalid text match a prefix.
#[tokio::test]
async fn a_prefix_is_itself_and_nothing_else() {
    let folder = folder();
    let keys = ["", "%", "a_b:1", "axb:1", "A_B:1", "a_b:\0", "a_b:\u{10ffff}", "a_b;", "a_b"];
    for store in both(&folder) {
        for name in keys {
            create(store.as_ref(), name, &entry("x")).await;
        }
        for prefix in ["", "%", "a_b:", "a_b:\u{10ffff}", "A", "a_b"] {
            let page = store.lister().unwrap().list(prefix, None, 99, NOW).await.unwrap();
            let mut found: Vec<_> = page.entries.iter().map(|(key, _)| key.as_str()).collect();
            let mut expected: Vec<_> = keys.into_iter().filter(|key| key.starts_with(prefix)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{prefix:?}");
        }
    }
}

#[tokio::test]
async fn an_expired_entry_is_not_there_and_its_key_is_free() {
    let folder = folder();
    let expired = Entry::new("expired", Some(later(1)));
    for store in both(&folder) {
        let seen = create(store.as_ref(), "a", &expired).await;
        create(store.as_ref(), "b", &expired).await;
        let then = later(1);
        let name = key("a");
        assert_eq!(store.load(&name, None, then).await.unwrap(), None);
        assert_eq!(
            store.write(Write::swap(&name, &seen, &entry("x")), then).await.unwrap(),
            WriteOutcome::Gone
        );
        let renamed =
            store.write(Write::rename(&name, &key("c"), &seen, &entry("x"), None), then).await.unwrap();
        assert_eq!(renamed, WriteOutcome::Gone);
        assert!(!store.touch(&name, later(9), then).await.unwrap());
        for tombstone in [None, Some(&entry("tombstone"))] {
            assert_eq!(store.write(Write::remove(&name, tombstone), then).await.unwrap(), WriteOutcome::Gone);
        }
        assert!(store.lister().unwrap().list("", None, 9, then).await.unwrap().entries.is_empty());
        assert!(matches!(
            store.write(Write::create(&name, &entry("anew")), then).await.unwrap(),
            WriteOutcome::Saved(_)
        ));
        assert_eq!(store.sweeper().unwrap().sweep("", 9, then).await.unwrap(), 1, "b, and not the new a");
        assert_eq!(payload(store.as_ref(), "a").await.unwrap(), b"anew");
    }
}

#[tokio::test]
async fn a_sweep_of_several_batches_ends_at_its_limit() {
    let folder = folder();
    for store in both(&folder) {
        for number in 0..2300 {
            create(store.as_ref(), &number.to_string(), &Entry::new("", Some(later(1)))).await;
        }
        create(store.as_ref(), "never", &Entry::new("", None)).await;
        let sweeper = store.sweeper().unwrap();
        let far = later(200 * 365 * 86_400);
        assert_eq!(sweeper.sweep("", 10, far).await.unwrap(), 10);
        assert_eq!(sweeper.sweep("", 2100, far).await.unwrap(), 2100);
        assert_eq!(sweeper.sweep("", usize::MAX, far).await.unwrap(), 190);
        let left = store.load(&key("never"), None, far).await.unwrap().unwrap();
        assert_eq!(left.expires, None);
    }
}

#[tokio::test]
async fn a_touch_that_is_not_due_is_no_write() {
    let folder = folder();
    let store = native(&folder);
    create(&store, "a", &entry("x")).await;
    let before = store.commits();
    let early = Touch { expires: later(120), if_before: later(60) };
    let found = store.load(&key("a"), Some(early), NOW).await.unwrap().unwrap();
    assert_eq!((found.expires, store.commits()), (Some(later(60)), before));
    let due = Touch { if_before: later(61), ..early };
    let touched = store.load(&key("a"), Some(due), NOW).await.unwrap().unwrap();
    assert_eq!((touched.expires, store.commits()), (Some(later(60)), before + 1));
    let after = store.load(&key("a"), Some(due), NOW).await.unwrap().unwrap();
    assert_eq!((after.expires, after.revision), (Some(later(120)), found.revision));
}

#[tokio::test]
async fn a_revision_is_never_used_twice() {
    let folder = folder();
    let mut given = std::collections::HashSet::new();
    for _ in 0..3 {
        let store = native(&folder);
        for _ in 0..100 {
            let revision = create(&store, "a", &entry("same")).await;
            assert!(given.insert(revision.number().unwrap()));
            assert!(store.write(Write::remove(&key("a"), None), NOW).await.unwrap() == WriteOutcome::Removed);
            let old = store.write(Write::swap(&key("a"), &revision, &entry("x")), NOW).await.unwrap();
            assert_eq!(old, WriteOutcome::Gone);
        }
    }
}

#[tokio::test]
async fn a_revision_of_another_store_fits_nothing() {
    let folder = folder();
    let [native, flask] = both(&folder);
    for (store, foreign) in [(native, Revision::from_payload("x".into())), (flask, Revision::from_number(1))]
    {
        create(store.as_ref(), "a", &entry("x")).await;
        let swapped = store.write(Write::swap(&key("a"), &foreign, &entry("y")), NOW).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Changed(_)));
        let huge = Revision::from_number(u64::MAX);
        let swapped = store.write(Write::swap(&key("a"), &huge, &entry("y")), NOW).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Changed(_)));
    }
}

#[tokio::test]
async fn the_entries_of_an_owner_stay_in_order() {
    let folder = folder();
    let store = native(&folder);
    let owned = |owner: &str| Entry { owner: Some(owner.into()), ..entry("x") };
    let mut revisions = Vec::new();
    for name in ["d", "c", "b", "a"] {
        revisions.push(create(&store, name, &owned("me")).await);
    }
    create(&store, "e", &owned("you")).await;
    create(&store, "f", &entry("without an owner")).await;
    let names = async || {
        let found = store.owners().unwrap().owned_by("me", NOW).await.unwrap();
        found.into_iter().map(|(key, _)| key.as_str().to_owned()).collect::<String>()
    };
    assert_eq!(names().await, "dcba");
    _ = store.write(Write::swap(&key("d"), &revisions[0], &owned("me")), NOW).await.unwrap();
    _ = store
        .write(Write::rename(&key("c"), &key("z"), &revisions[1], &owned("me"), Some(&entry("gone"))), NOW)
        .await
        .unwrap();
    assert_eq!(names().await, "dzba", "a swap and a rename do not move an entry");
    _ = store.write(Write::swap(&key("b"), &revisions[2], &owned("you")), NOW).await.unwrap();
    assert_eq!(names().await, "dza");
    let owners = store.owners().unwrap();
    assert_eq!(owners.trim("me", 2, Trim::Oldest, NOW).await.unwrap(), [key("d")]);
    assert_eq!(owners.trim("me", 1, Trim::Newest, NOW).await.unwrap(), [key("a")]);
    assert_eq!(owners.trim("me", 1, Trim::Newest, NOW).await.unwrap(), []);
    assert_eq!(owners.remove_all("you", Some(&key("e")), NOW).await.unwrap(), 1);
    assert_eq!(owners.remove_all("me", None, NOW).await.unwrap(), 1);
    assert_eq!(payload(&store, "f").await.unwrap(), b"without an owner");
}
