//! The counter, the threshold, and what is swept.

use super::*;

fn with(threshold: u64) -> (Cachelib, TempDir) {
    let folder = TempDir::new().unwrap();
    (open(&folder, CachelibOptions { threshold, ..CachelibOptions::default() }), folder)
}

fn count(folder: &TempDir) -> u8 {
    let bytes = counted(folder.path());
    assert_eq!(bytes[..7], *b"\0\0\0\0\x80\x05K");
    bytes[7]
}

#[tokio::test]
async fn entries_are_counted_when_they_are_added_and_removed() {
    let (store, folder) = with(500);
    assert_eq!(count(&folder), 0);
    for name in ["a", "b", "c"] {
        create(&store, name, &small(Some(LATER))).await;
    }
    assert_eq!(count(&folder), 3);
    let seen = store.load(&key("a"), None, NOW).await.unwrap().unwrap().revision;
    let _ = store.write(Write::swap(&key("a"), &seen, &small(None)), NOW).await.unwrap();
    assert_eq!(count(&folder), 3, "replaced, not added");
    let _ = store.write(Write::rename(&key("a"), &key("d"), &seen, &small(None), None), NOW).await.unwrap();
    assert_eq!(count(&folder), 3, "one added, one removed");
    assert_eq!(store.write(Write::remove(&key("b"), None), NOW).await.unwrap(), WriteOutcome::Removed);
    assert_eq!(store.write(Write::remove(&key("b"), None), NOW).await.unwrap(), WriteOutcome::Gone);
    assert_eq!(count(&folder), 2);
    fs::remove_file(folder.path().join(COUNTER)).unwrap();
    open(&folder, CachelibOptions::default());
    assert_eq!(count(&folder), 2, "counted anew when it is opened");
}

#[tokio::test]
async fn without_a_threshold_nothing_is_counted() {
    let (store, folder) = with(0);
    create(&store, "a", &small(None)).await;
    assert!(!folder.path().join(COUNTER).exists());
}

#[tokio::test]
async fn beyond_the_threshold_expired_sessions_are_removed_and_live_ones_stay() {
    let (store, folder) = with(3);
    for name in ["expired 1", "expired 2"] {
        create(&store, name, &small(Some(LATER))).await;
    }
    for number in 0..9 {
        let answer =
            store.write(Write::create(&key(&format!("{number}")), &small(None)), AFTER).await.unwrap();
        assert!(matches!(answer, WriteOutcome::Saved(_)));
    }
    assert_eq!(
        (entries(folder.path()).len(), count(&folder)),
        (9, 9),
        "three times the threshold, none expired"
    );
    for number in 0..9 {
        assert!(load(&store, &number.to_string(), AFTER).await.is_some());
    }
}

#[tokio::test]
async fn a_sweep_removes_expired_sessions_and_drafts() {
    let (store, folder) = with(500);
    for number in 0..5 {
        create(&store, &number.to_string(), &small(Some(LATER))).await;
    }
    create(&store, "endless", &small(None)).await;
    let draft = folder.path().join("dewar-draft-a-0123456789abcdef.__wz_cache");
    let theirs = folder.path().join("tmpabcdefgh.__wz_cache");
    fs::write(&draft, "").unwrap();
    fs::write(&theirs, "").unwrap();
    let sweeper = store.sweeper().unwrap();
    assert_eq!(sweeper.sweep("", 9, NOW).await.unwrap(), 0);
    assert_eq!(sweeper.sweep("", 3, AFTER).await.unwrap(), 3);
    assert_eq!(sweeper.sweep("", 3, AFTER).await.unwrap(), 2);
    assert_eq!((entries(folder.path()).len(), count(&folder)), (1, 1));
    assert!(!draft.exists() && theirs.exists());
}
