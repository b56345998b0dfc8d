//! Files that are cut, damaged, misplaced, or not files.

use std::os::unix::fs::{PermissionsExt, symlink};

use dewar::store::Lister;

use super::*;

/// Whichever call is made, the entry is absent.
async fn assert_absent(store: &Filesystem, name: &str) {
    assert_eq!(load(store, name).await, None);
    assert!(store.list("", None, 9, NOW).await.unwrap().entries.is_empty());
    assert!(!store.touch(&key(name), LATER, NOW).await.unwrap());
}

#[tokio::test]
async fn every_cut_file_is_absent_and_may_be_replaced() {
    let (store, _folder) = store();
    let store = store.durable(false);
    let seen = create(&store, "a", &entry("one")).await;
    let file = only_file(&store);
    let whole = fs::read(&file).unwrap();
    for end in 0..whole.len() {
        fs::write(&file, &whole[..end]).unwrap();
        assert_absent(&store, "a").await;
    }
    assert_eq!(
        store.write(Write::swap(&key("a"), &seen, &entry("two")), NOW).await.unwrap(),
        WriteOutcome::Gone
    );
    create(&store, "a", &entry("three")).await;
    assert_eq!(load(&store, "a").await.unwrap().payload, "three");
}

#[tokio::test]
async fn every_flipped_bit_makes_a_file_absent() {
    let (store, _folder) = store();
    create(&store, "a", &entry("one")).await;
    let file = only_file(&store);
    let whole = fs::read(&file).unwrap();
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(&file, flipped).unwrap();
        assert_eq!(load(&store, "a").await, None, "bit {bit}");
    }
    assert_absent(&store, "a").await;
    assert_eq!(store.write(Write::remove(&key("a"), None), NOW).await.unwrap(), WriteOutcome::Gone);
    assert!(!file.exists());
}

#[tokio::test]
async fn a_file_under_another_entrys_name_is_absent() {
    let (store, _folder) = store();
    create(&store, "mine", &entry("one")).await;
    let mine = only_file(&store);
    create(&store, "theirs", &entry("two")).await;
    let theirs = files(&store.folder().join("entries")).into_iter().find(|file| *file != mine).unwrap();
    fs::copy(&theirs, &mine).unwrap();
    assert_eq!(load(&store, "mine").await, None);
}

#[tokio::test]
async fn a_symlink_in_place_of_an_entry_is_neither_read_nor_written_through() {
    let (store, folder) = store();
    create(&store, "a", &entry("one")).await;
    let file = only_file(&store);
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&file, &elsewhere).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    symlink(&elsewhere, &file).unwrap();
    assert_absent(&store, "a").await;
    create(&store, "a", &entry("two")).await;
    assert!(file.symlink_metadata().unwrap().is_file());
    assert_eq!(fs::read(&elsewhere).unwrap(), before);
}

#[tokio::test]
async fn a_symlink_in_place_of_a_shard_or_a_lock_is_refused() {
    let (store, folder) = store();
    create(&store, "a", &entry("one")).await;
    let elsewhere = folder.path().join("elsewhere");
    let shard = only_file(&store).parent().unwrap().to_owned();
    fs::rename(&shard, &elsewhere).unwrap();
    symlink(&elsewhere, &shard).unwrap();
    assert!(store.load(&key("a"), None, NOW).await.is_err());
    assert!(store.write(Write::create(&key("a"), &entry("two")), NOW).await.is_err());
    fs::remove_file(&shard).unwrap();
    fs::rename(&elsewhere, &shard).unwrap();

    let lock = folder.path().join("locks").join(shard.file_name().unwrap());
    fs::remove_file(&lock).unwrap();
    symlink(&elsewhere, &lock).unwrap();
    assert!(store.touch(&key("a"), LATER, NOW).await.is_err());
    assert!(!elsewhere.exists());
}

#[tokio::test]
async fn folders_and_pipes_in_place_of_an_entry_are_absent() {
    let (store, _folder) = store();
    create(&store, "a", &entry("one")).await;
    let file = only_file(&store);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_absent(&store, "a").await;
    assert!(store.write(Write::create(&key("a"), &entry("two")), NOW).await.is_err());
    fs::remove_dir(&file).unwrap();
    if std::process::Command::new("mkfifo").arg(&file).status().is_ok_and(|status| status.success()) {
        assert_absent(&store, "a").await;
    }
}

#[tokio::test]
async fn keys_never_become_paths_and_all_is_ours_alone() {
    let (store, folder) = store();
    let owner = Some("../owner".to_owned());
    for name in ["../../up", "/etc/passwd", "", "\0", ".draft-0", &"ß".repeat(256)] {
        create(&store, name, &Entry { owner: owner.clone(), ..entry(name) }).await;
        assert_eq!(load(&store, name).await.unwrap().payload, name);
    }
    let mut folders = vec![folder.path().to_owned()];
    while let Some(path) = folders.pop() {
        for path in fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()) {
            let (is_folder, mode) = (path.is_dir(), path.metadata().unwrap().permissions().mode() & 0o777);
            assert_eq!(mode, if is_folder { 0o700 } else { 0o600 }, "{}", path.display());
            folders.extend(is_folder.then_some(path));
        }
    }
}
