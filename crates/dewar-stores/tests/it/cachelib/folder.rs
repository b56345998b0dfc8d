//! Folders that cannot be used, and what is said of them.

use std::os::unix::fs::PermissionsExt;

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
    assert!(refusal(folder.path()).contains("holds other things"));
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

#[tokio::test]
async fn a_folder_that_goes_away_is_an_error_and_no_panic() {
    let (store, folder) = store();
    drop(folder);
    let error = store.create(&key("a"), &small(None), NOW).await.unwrap_err();
    assert_eq!(error.kind(), dewar::store::StoreErrorKind::Refused);
    assert_eq!(load(&store, "a", NOW).await, None);
}
