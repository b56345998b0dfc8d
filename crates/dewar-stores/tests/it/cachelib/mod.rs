//! cachelib's files: written and read as cachelib does, without deleting live sessions.

mod contract;
mod counter;
mod files;
mod folder;
mod python;

use std::fs;
use std::path::Path;

use dewar::clock::UnixTime;
use dewar::codec::{Codec, Pickle};
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar::value::Map;
use dewar_stores::cachelib::{Cachelib, CachelibOptions, FileNames};
use tempfile::TempDir;

/// When the golden cases were made.
const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);
const LATER: UnixTime = UnixTime::from_seconds(1_711_888_496);
/// A time when an entry that expires at [`LATER`] has expired.
const AFTER: UnixTime = UnixTime::from_millis(1_711_888_496_001);

const COUNTER: &str = "79bc207ee04a581ab2348ca1f3494e64cd0ec36128735b8c6bc85ddd8fe1938c";

fn open(folder: &TempDir, options: CachelibOptions) -> Cachelib {
    Cachelib::open(folder.path(), options).unwrap()
}

fn store() -> (Cachelib, TempDir) {
    let folder = TempDir::new().unwrap();
    (open(&folder, CachelibOptions::default()), folder)
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

fn entry(session: &Map, expires: Option<UnixTime>) -> Entry {
    Entry::new(Pickle::default().encode(session).unwrap(), expires)
}

fn small(expires: Option<UnixTime>) -> Entry {
    entry(&Map::from([("a", 1)]), expires)
}

async fn create(store: &Cachelib, name: &str, entry: &Entry) {
    let answer = store.write(Write::create(&key(name), entry), NOW).await.unwrap();
    assert!(matches!(answer, WriteOutcome::Saved(_)), "{name}: {answer:?}");
}

async fn load(store: &Cachelib, name: &str, now: UnixTime) -> Option<Map> {
    let found = store.load(&key(name), None, now).await.unwrap()?;
    Some(Pickle::default().decode(&found.payload).unwrap())
}

/// The names of the files that cachelib would count.
fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name != COUNTER && !name.ends_with(".__wz_cache")).collect();
    names.sort();
    names
}

/// What the counter says.
fn counted(folder: &Path) -> Vec<u8> {
    fs::read(folder.join(COUNTER)).unwrap()
}
