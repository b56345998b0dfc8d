//! A store that shows what it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use dewar::clock::UnixTime;
use dewar::store::{Entry, Memory, Revision, Store, StoreError, StoreKey, Stored, Touch, async_trait};
use dewar_core::old::{Created, OldCalls as _, OldStore, Renamed, Swapped};

use super::given::{Judged, Known, ensure};

/// What is kept under each key, and when it ends in whole seconds; `None`: nothing was said.
pub(super) type Contents = BTreeMap<String, Content>;
pub(super) type Content = (Vec<u8>, Option<i64>);

/// The store of this process's memory, and the keys that were ever used in it.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    memory: Memory,
    keys: Mutex<BTreeSet<StoreKey>>,
}

impl Shelf {
    /// Keeps these bytes up to this moment.
    pub(super) fn put(&self, key: &str, payload: Vec<u8>, end: UnixTime) -> Judged<()> {
        let (key, entry) = (StoreKey::new(key), Entry::new(payload, Some(end)));
        let created = super::block_on(OldStore::create(self, &key, &entry, UnixTime::EPOCH));
        ensure(matches!(created, Ok(Created::Created(_))), "something is there already")
    }

    pub(super) fn contents(&self, now: UnixTime) -> Judged<Contents> {
        let keys = self.keys.lock().known()?.clone();
        super::block_on(async {
            let mut contents = Contents::new();
            for key in keys {
                if let Some(stored) = self.memory.load(&key, None, now).await.known()? {
                    let end = stored.expires.map(UnixTime::seconds);
                    contents.insert(key.as_str().to_owned(), (stored.payload.to_vec(), end));
                }
            }
            Ok(contents)
        })
    }

    fn note(&self, key: &StoreKey) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
    }
}

dewar_core::converted!(Shelf);

#[async_trait]
impl OldStore for Shelf {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.memory.load(key, touch, now).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        self.note(key);
        self.memory.create(key, entry, now).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        self.memory.swap(key, seen, entry, now).await
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError> {
        self.note(new);
        self.memory.rename(old, new, seen, entry, tombstone, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.memory.touch(key, expires, now).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        self.memory.remove(key, tombstone, now).await
    }
}
