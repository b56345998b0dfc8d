//! The contract.

use std::time::{Duration, Instant};

use ::mongodb::bson::doc;
use dewar_core::clock::UnixTime;
use dewar_core::{
    AsyncStore, Entry, Lister, Owners, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
};

use super::MongoDb;
use super::record::{self, Moves, Record};
use super::renaming::Rename;
use crate::guard::observe;
use crate::mongodb::change::{ATTEMPTS, Shape as _, always_changed};
use crate::mongodb::documents::Updated;
use crate::mongodb::spawned;

/// A rename makes two calls, each with its own timeout.
const WHOLE_RENAME: Duration = Duration::from_secs(60);

impl AsyncStore for MongoDb {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let found = self.visible(key).await?.filter(|found| found.is_live(now));
        let Some(Record { stored, .. }) = found else { return Ok(None) };
        if let Some(touch) = touch.filter(|touch| touch.is_due(stored.expires)) {
            self.touch_after_load(key, &stored, touch, now).await;
        }
        Ok(Some(stored))
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        match write {
            Write::Create { key, entry } => self.create(key, entry, now).await,
            Write::Swap { .. } | Write::Remove { .. } => {
                let change = self.change(write, now);
                self.make(write, &change, now).await
            }
            Write::Rename { key, new_key, seen, entry, tombstone } => {
                let rename = Rename {
                    key: key.clone(),
                    new_key: new_key.clone(),
                    seen: seen.clone(),
                    entry: entry.clone(),
                    tombstone: tombstone.cloned(),
                };
                let documents = self.clone();
                let answer =
                    spawned::run(WHOLE_RENAME, async move { documents.rename(&rename, now).await }).await;
                answer.map_err(StoreError::no_answer)?
            }
        }
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let update = vec![doc! { "$set": { "expires": record::date(expires) } }];
        for _ in 0..ATTEMPTS {
            let filter = record::settled(key.as_str(), now);
            if self.documents.update(filter, update.clone()).await? == Updated::Done {
                return Ok(true);
            }
            if self.settled(key, now).await?.is_none() {
                return Ok(false);
            }
        }
        Err(always_changed())
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

impl MongoDb {
    /// The document under a key, unless it is a pending entry of a rename that was not done.
    async fn visible(&self, key: &StoreKey) -> Result<Option<Record>, StoreError> {
        let Some(found) = self.record(key.as_str()).await? else { return Ok(None) };
        match &found.moves {
            Some(Moves::From(old)) => {
                let is_valid = self.moved_to(&found.key, old).await?.is_some();
                Ok(is_valid.then_some(found))
            }
            _ => Ok(Some(found)),
        }
    }

    /// An expired document under the key is replaced. A pending entry counts as stored, so that its rename need not look whether it is still
    /// there.
    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let revision = self.next_revision();
        let filter = doc! { "_id": key.as_str(), "expires": { "$lte": record::date(now) }, "moved": { "$exists": false } };
        let place = self.new_place(entry.owner.as_deref());
        let pipeline =
            vec![doc! { "$set": record::fields(entry, &revision, place) }, doc! { "$unset": "from" }];
        for _ in 0..2 {
            if self.documents.upsert(filter.clone(), pipeline.clone()).await? == Updated::Done {
                return Ok(WriteOutcome::Saved(revision));
            }
            // An expired tombstone whose rename was not completed is not found by the filter.
            if self.settled(key, now).await?.is_some() {
                return Ok(WriteOutcome::Taken);
            }
        }
        Ok(WriteOutcome::Taken)
    }

    /// If the touch fails, the load still succeeds: the next read tries again.
    async fn touch_after_load(&self, key: &StoreKey, found: &Stored, touch: Touch, now: UnixTime) {
        let started = Instant::now();
        let mut filter = record::settled(key.as_str(), now);
        filter.insert("revision", record::number(&found.revision));
        let update = vec![doc! { "$set": { "expires": record::date(touch.expires) } }];
        if let Err(error) = self.documents.update(filter, update).await {
            observe::call_ended("touch", Some(key), Some(error.kind()), started.elapsed());
        }
    }
}
