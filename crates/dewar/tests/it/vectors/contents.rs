//! What a store contains.

use std::collections::BTreeMap;

use dewar::clock::UnixTime;
use dewar::store::{Entry, Memory, Store, StoreKey, Write, WriteOutcome};

use super::given::{Judged, ensure};
use crate::stored::stored;

/// What is stored under each key, and when it expires in whole seconds; `None`: nothing was said.
pub(super) type Contents = BTreeMap<String, Content>;
pub(super) type Content = (Vec<u8>, Option<i64>);

/// Stores these bytes up to this moment.
pub(super) fn put(memory: &Memory, key: &str, payload: Vec<u8>, expires: UnixTime) -> Judged<()> {
    let (key, entry) = (StoreKey::new(key), Entry::new(payload, Some(expires)));
    let created = super::block_on(memory.write(Write::create(&key, &entry), UnixTime::EPOCH));
    ensure(matches!(created, Ok(WriteOutcome::Saved(_))), "something is there already")
}

pub(super) fn contents(memory: &Memory, now: UnixTime) -> Contents {
    let entries = super::block_on(stored(memory, now)).into_iter().map(|(key, stored)| {
        let expires = stored.expires.map(UnixTime::seconds);
        (key.as_str().to_owned(), (stored.payload.to_vec(), expires))
    });
    entries.collect()
}
