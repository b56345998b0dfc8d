//! Folders that cannot be used, and the errors.

use std::os::unix::fs::{PermissionsExt, chown};

use dewar::store::StoreErrorKind;

use super::*;

fn refusal(path: &Path) -> String {
    Cachelib::open(path, CachelibOptions::default()).unwrap_err().to_string()
}

#[test]
fn a_folder_is_made_with_its_parents_and_for_us_alone() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("a/b");
    let store = Cachelib::open(&folder, CachelibOptions::default()).unwrap();
    assert_eq!(store.folder(), folder);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(store.lister().is_none() && store.owners().is_none() && store.sweeper().is_some());
}

#[test]
fn a_folder_of_other_things_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let notes = folder.path().join("notes.txt");
    fs::write(&notes, "mine").unwrap();
    assert!(refusal(folder.path()).contains("contains other files"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(refusal(&notes).contains("is not a folder"));
    assert!(refusal(&notes.join("below")).contains("is not a folder"));
}

#[test]
fn a_folder_to_which_everybody_writes_is_refused() {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    assert!(refusal(folder.path()).contains("chmod"));
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o770)).unwrap();
    assert!(Cachelib::open(folder.path(), CachelibOptions::default()).is_ok());
}

#[test]
fn a_folder_of_another_user_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    if chown(folder.path(), Some(65_533), None).is_err() {
        return; // Only root gives folders away.
    }
    let message = refusal(folder.path());
    assert!(message.contains("uid 65533") && message.contains("chown"), "{message}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Calls fail with an error that says what to do, and no session ends.
async fn assert_missed(store: &Cachelib) {
    let read = store.load(&key("a"), None, NOW).await.unwrap_err();
    let written = store.write(Write::create(&key("b"), &small(None)), NOW).await.unwrap_err();
    for error in [read, written] {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    }
    let read = store.load(&key("a"), None, NOW).await.unwrap_err();
    let message = std::error::Error::source(&read).unwrap().to_string();
    assert!(
        message.contains(store.folder().to_str().unwrap()) && message.contains("restore it"),
        "{message}"
    );
    assert!(store.sweeper().unwrap().sweep("", 9, NOW).await.is_err());
}

#[tokio::test]
async fn no_user_is_logged_out_while_the_folder_is_missing_and_it_works_again_when_it_is_back() {
    let parent = TempDir::new().unwrap();
    let [folder, away] = ["sessions", "away"].map(|name| parent.path().join(name));
    let store = Cachelib::open(&folder, CachelibOptions::default()).unwrap();
    create(&store, "a", &small(None)).await;
    fs::rename(&folder, &away).unwrap();
    assert_missed(&store).await;
    fs::create_dir(&folder).unwrap();
    assert_missed(&store).await;
    fs::remove_dir(&folder).unwrap();
    fs::rename(&away, &folder).unwrap();
    assert_eq!(load(&store, "a", NOW).await, Some(Map::from([("a", 1)])));
    create(&store, "b", &small(None)).await;
}
