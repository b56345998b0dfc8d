//! Native files: only whole files are read, files of other programs are left alone, and no write is lost.

mod contract;
mod crashes;
mod folder;
mod owners;
mod tampering;
mod writes;

use std::fs;
use std::path::{Path, PathBuf};

use dewar::clock::UnixTime;
use dewar::store::{Entry, Revision, Store, StoreKey, Stored, Write, WriteOutcome};
use dewar_stores::Filesystem;
use tempfile::TempDir;

const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);
const LATER: UnixTime = UnixTime::from_seconds(1_700_000_100);

/// A store, and its folder, which is removed when this is dropped.
fn store() -> (Filesystem, TempDir) {
    let folder = TempDir::new().unwrap();
    (Filesystem::open(folder.path()).unwrap(), folder)
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

fn entry(payload: &str) -> Entry {
    Entry::new(payload.to_owned(), Some(LATER))
}

async fn create(store: &Filesystem, name: &str, entry: &Entry) -> Revision {
    match store.write(Write::create(&key(name), entry), NOW).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        refused => panic!("{refused:?}"),
    }
}

async fn load(store: &Filesystem, name: &str) -> Option<Stored> {
    store.load(&key(name), None, NOW).await.unwrap()
}

/// Adds one to the number that is stored, however many conflicts there are.
async fn increment(store: &Filesystem, name: &str) {
    let mut seen = load(store, name).await.unwrap();
    loop {
        let number: u64 = std::str::from_utf8(&seen.payload).unwrap().parse().unwrap();
        let next = entry(&(number + 1).to_string());
        match store.write(Write::swap(&key(name), &seen.revision, &next), NOW).await.unwrap() {
            WriteOutcome::Saved(_) => return,
            WriteOutcome::Changed(theirs) => seen = theirs,
            refused => panic!("{refused:?}"),
        }
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut found): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found
}

/// The file of the only entry.
fn only_file(store: &Filesystem) -> PathBuf {
    let mut found = files(&store.folder().join("entries"));
    assert_eq!(found.len(), 1);
    found.remove(0)
}
