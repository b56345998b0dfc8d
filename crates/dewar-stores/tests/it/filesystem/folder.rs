//! Which folders are accepted, which are refused, and what happens when the disk is full.

use std::os::unix::fs::{PermissionsExt, chown};

use dewar::store::{Lister, Owners, StoreErrorKind, Sweeper, Write};

use super::*;
use crate::small_disk::SmallDisk;

/// The folder is refused with one line that names it, the reason and what to do.
fn assert_refused(folder: &Path, reason: &str, advice: &str) {
    let message = Filesystem::open(folder).unwrap_err().to_string();
    assert!(message.contains(folder.to_str().unwrap()) && !message.contains('\n'), "{message}");
    assert!(message.contains(reason) && message.contains(advice), "{message}");
}

#[test]
fn a_folder_is_made_with_all_above_it_and_opened_again() {
    let folder = TempDir::new().unwrap();
    let deep = folder.path().join("a/b/c");
    for _ in 0..2 {
        Filesystem::open(&deep).unwrap();
    }
    assert_eq!(files(&deep), [deep.join("dewar-sessions")]);
}

#[test]
fn a_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        assert_refused(&path, "is not a folder", "name a folder");
    }
}

#[test]
fn a_folder_with_other_things_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("novel.txt"), "It was").unwrap();
    assert_refused(folder.path(), "other files", "an empty folder");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_of_another_format_is_refused() {
    let (_, folder) = store();
    fs::write(folder.path().join("dewar-sessions"), "Dewar keeps sessions here, format 3.\n").unwrap();
    assert_refused(folder.path(), "another version", "an empty folder");
}

#[test]
fn a_folder_that_others_may_write_to_is_refused() {
    let folder = TempDir::new().unwrap();
    for mode in [0o720, 0o702, 0o1777] {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        assert_refused(folder.path(), "other users can create files", "chmod go-w");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_of_another_user_is_refused() {
    let folder = TempDir::new().unwrap();
    if chown(folder.path(), Some(65_533), None).is_err() {
        return; // Only root gives folders away.
    }
    assert_refused(folder.path(), "uid 65533", "chown");
}

#[test]
fn a_folder_that_may_only_be_read_is_refused() {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.path().join("probe"), "").is_ok() {
        return; // Permissions do not bind root.
    }
    assert_refused(folder.path(), "denied", "writable");
}

/// Calls fail with an error that says what to do, and no session ends.
async fn assert_missed(store: &Filesystem) {
    let read = store.load(&key("a"), None, NOW).await.unwrap_err();
    let message = std::error::Error::source(&read).unwrap().to_string();
    assert!(
        message.contains(store.folder().to_str().unwrap()) && message.contains("restore it"),
        "{message}"
    );
    let written = store.write(Write::create(&key("b"), &entry("two")), NOW).await.unwrap_err();
    let listed = store.list("", None, 9, NOW).await.unwrap_err();
    let owned = store.owned_by("ann", NOW).await.unwrap_err();
    let swept = store.sweep("", 9, NOW).await.unwrap_err();
    for error in [read, written, listed, owned, swept] {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    }
}

#[tokio::test]
async fn no_user_is_logged_out_while_the_folder_is_missing_and_it_works_again_when_it_is_back() {
    let parent = TempDir::new().unwrap();
    let [folder, away] = ["sessions", "away"].map(|name| parent.path().join(name));
    let store = Filesystem::open(&folder).unwrap();
    create(&store, "a", &entry("one")).await;
    fs::rename(&folder, &away).unwrap();
    assert_missed(&store).await;
    fs::create_dir(&folder).unwrap();
    assert_missed(&store).await;
    fs::remove_dir(&folder).unwrap();
    fs::rename(&away, &folder).unwrap();
    assert_eq!(load(&store, "a").await.unwrap().payload, "one");
    create(&store, "b", &entry("two")).await;
}

#[tokio::test]
async fn a_folder_that_was_emptied_is_noticed_until_the_program_is_restarted() {
    let (store, folder) = store();
    create(&store, "a", &entry("one")).await;
    for name in ["entries", "locks", "owners"] {
        fs::remove_dir_all(folder.path().join(name)).unwrap();
        assert_missed(&store).await;
    }
    fs::remove_file(folder.path().join("dewar-sessions")).unwrap();
    assert_missed(&store).await;
    let again = Filesystem::open(folder.path()).unwrap();
    for store in [again, store] {
        assert_eq!(load(&store, "a").await, None, "after a restart it begins with an empty one");
    }
}

#[tokio::test]
async fn a_full_disk_is_a_refusal_and_loses_nothing() {
    let Some(disk) = SmallDisk::mount("256k") else { return };
    let store = Filesystem::open(disk.path()).unwrap();
    let seen = create(&store, "a", &entry("one")).await;
    let big = Entry::new(vec![7; 300 << 10], Some(LATER));
    let create = store.write(Write::create(&key("b"), &big), NOW).await.unwrap_err();
    let swap = store.write(Write::swap(&key("a"), &seen, &big), NOW).await.unwrap_err();
    let rename = store
        .write(Write::rename(&key("a"), &key("c"), &seen, &entry("two"), Some(&big)), NOW)
        .await
        .unwrap_err();
    for error in [create, swap, rename] {
        assert_eq!(error.kind(), StoreErrorKind::Refused);
        let message = std::error::Error::source(&error).unwrap().to_string();
        assert!(
            message.contains("No space left") && message.contains(disk.path().to_str().unwrap()),
            "{message}"
        );
    }
    let shown = store.list("", None, 9, NOW).await.unwrap().entries;
    assert_eq!(
        shown.iter().map(|(key, stored)| (key.as_str(), &stored.revision)).collect::<Vec<_>>(),
        [("a", &seen)]
    );
    let left = files(&disk.path().join("entries"));
    assert_eq!(left.len(), 1, "drafts were left");
}
