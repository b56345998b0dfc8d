//! A store around [`Memory`] with one fault.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;

use crate::clock::UnixTime;
use crate::conformance::concurrent::yield_now;
use crate::revision::Revision;
use crate::{
    AsyncStore, Entry, Memory, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    SwapUpserts,
    SwapIgnoresWhatWasSeen,
    ComparesBeforeItWaits,
    TouchRevives,
    TouchChangesTheRevision,
    LoadWithoutExpiryTouches,
    CreateOverwrites,
    NothingEnds,
    EndsAreWholeSeconds,
    RenameLeavesTheOld,
    SweepRemovesTheLiving,
    KeysIgnoreCase,
    TombstoneWhereNothingWas,
    Panics,
    Refuses,
}

#[derive(Debug)]
pub(super) struct Faulty {
    fault: Fault,
    memory: Memory,
    created: Mutex<Vec<StoreKey>>,
}

impl Faulty {
    pub(super) fn new(fault: Fault) -> Self {
        Self { fault, memory: Memory::new(), created: Mutex::default() }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn key(&self, key: &StoreKey) -> StoreKey {
        let folded = self.has(Fault::KeysIgnoreCase).then(|| StoreKey::new(key.as_str().to_lowercase()));
        folded.unwrap_or_else(|| key.clone())
    }

    fn entry(&self, entry: &Entry) -> Entry {
        let rounded =
            |end: UnixTime| UnixTime::from_seconds(end.seconds() + i64::from(end.millis() % 1000 != 0));
        let expires = match self.fault {
            Fault::NothingEnds => None,
            Fault::EndsAreWholeSeconds => entry.expires.map(rounded),
            _ => entry.expires,
        };
        Entry { expires, ..entry.clone() }
    }

    async fn put(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Revision, StoreError> {
        _ = self.memory.write(Write::remove(key, None), now).await?;
        match self.memory.write(Write::create(key, entry), now).await? {
            WriteOutcome::Saved(revision) => Ok(revision),
            _ => Err(StoreError::refused("created meanwhile")),
        }
    }
}

impl Faulty {
    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let (key, entry) = (self.key(key), self.entry(entry));
        self.created.lock().unwrap().push(key.clone());
        if self.has(Fault::CreateOverwrites) {
            return Ok(WriteOutcome::Saved(self.put(&key, &entry, now).await?));
        }
        self.memory.write(Write::create(&key, &entry), now).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let key = self.key(key);
        if self.has(Fault::EndsAreWholeSeconds) && entry.is_expired(now) {
            return self.memory.write(Write::swap(&key, seen, entry), now).await;
        }
        let entry = self.entry(entry);
        let there = self.memory.load(&key, None, now).await?;
        match (self.fault, there) {
            (Fault::SwapUpserts, None) => Ok(WriteOutcome::Saved(self.put(&key, &entry, now).await?)),
            (Fault::SwapIgnoresWhatWasSeen, Some(there)) => {
                self.memory.write(Write::swap(&key, &there.revision, &entry), now).await
            }
            (Fault::ComparesBeforeItWaits, Some(there)) if there.revision == *seen => {
                yield_now().await;
                Ok(WriteOutcome::Saved(self.put(&key, &entry, now).await?))
            }
            _ => self.memory.write(Write::swap(&key, seen, &entry), now).await,
        }
    }

    async fn rename(
        &self,
        (old, new): (&StoreKey, &StoreKey),
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let (old, new, entry) = (self.key(old), self.key(new), self.entry(entry));
        let there = self.memory.load(&old, None, now).await?;
        match (self.fault, there) {
            (Fault::RenameLeavesTheOld, Some(there)) if there.revision == *seen => {
                Ok(WriteOutcome::Saved(self.put(&new, &entry, now).await?))
            }
            _ => {
                let tombstone = tombstone.map(|tombstone| self.entry(tombstone));
                self.memory.write(Write::rename(&old, &new, seen, &entry, tombstone.as_ref()), now).await
            }
        }
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let key = self.key(key);
        let tombstone = tombstone.map(|tombstone| self.entry(tombstone));
        let removed = self.memory.write(Write::remove(&key, tombstone.as_ref()), now).await?;
        if let (Fault::TombstoneWhereNothingWas, Some(tombstone)) = (self.fault, tombstone) {
            self.put(&key, &tombstone, now).await?;
        }
        Ok(removed)
    }
}

impl AsyncStore for Faulty {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        match self.fault {
            Fault::Panics => panic!("a fault"),
            Fault::Refuses => Err(StoreError::refused("a fault")),
            _ => self.memory.load(&self.key(key), touch, now).await,
        }
    }

    async fn load_without_expiry(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        let later = now.plus(Duration::from_secs(3600));
        let touch = Touch { expires: later, if_before: later };
        AsyncStore::load(self, key, self.has(Fault::LoadWithoutExpiryTouches).then_some(touch), now).await
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        match write {
            Write::Create { key, entry } => self.create(key, entry, now).await,
            Write::Swap { key, seen, entry } => self.swap(key, seen, entry, now).await,
            Write::Rename { key, new_key, seen, entry, tombstone } => {
                self.rename((key, new_key), seen, entry, tombstone, now).await
            }
            Write::Remove { key, tombstone } => self.remove(key, tombstone, now).await,
        }
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let key = self.key(key);
        let there = self.memory.load(&key, None, now).await?;
        match (self.fault, there) {
            (Fault::TouchRevives, None) => {
                self.put(&key, &Entry::new("revived", Some(expires)), now).await?;
                Ok(true)
            }
            (Fault::TouchChangesTheRevision, Some(there)) => {
                self.put(&key, &Entry::new(there.payload, Some(expires)), now).await?;
                Ok(true)
            }
            _ => {
                let end = self.entry(&Entry::new("", Some(expires))).expires;
                self.memory.touch(&key, end.unwrap_or(UnixTime::from_millis(i64::MAX)), now).await
            }
        }
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        self.has(Fault::SweepRemovesTheLiving).then_some(self)
    }
}

#[async_trait]
impl Sweeper for Faulty {
    async fn sweep(&self, _: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        let keys: Vec<_> = {
            let mut created = self.created.lock().unwrap();
            let count = at_most.min(created.len());
            created.drain(..count).collect()
        };
        for key in &keys {
            _ = self.memory.write(Write::remove(key, None), now).await?;
        }
        Ok(keys.len())
    }
}
