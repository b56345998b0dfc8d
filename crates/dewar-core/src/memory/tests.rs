mod budget;
mod model;
mod owners;
mod sweep;
mod threads;

use std::time::Duration;

use crate::clock::UnixTime;
use crate::{Entry, Memory, Revision, StoreKey, WriteOutcome};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn key(text: impl std::fmt::Display) -> StoreKey {
    StoreKey::new(text.to_string())
}

fn entry(bytes: usize, life: Duration) -> Entry {
    Entry::new(vec![7; bytes], Some(NOW.plus(life)))
}

fn owned(owner: &str, bytes: usize, life: Duration) -> Entry {
    Entry { owner: Some(owner.to_owned()), ..entry(bytes, life) }
}

fn create(memory: &Memory, key: &StoreKey, entry: &Entry) -> Revision {
    match memory.create_now(key, entry, NOW).unwrap() {
        WriteOutcome::Saved(revision) => revision,
        _other => panic!("something is there"),
    }
}

fn is_there(memory: &Memory, key: &StoreKey) -> bool {
    memory.load_now(key, None, NOW).is_some()
}
