//! The contract.

use std::time::Instant;

use ::mongodb::bson::doc;
use dewar_core::clock::UnixTime;
use dewar_core::{AsyncStore, Lister, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome};

use super::FlaskMongoDb;
use super::{record, writes};
use crate::guard::observe;
use crate::mongodb::change::Shape as _;
use crate::mongodb::documents::Updated;

impl AsyncStore for FlaskMongoDb {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let Some(found) = self.settled(key, now).await? else { return Ok(None) };
        if let Some(touch) = touch.filter(|touch| touch.is_due(found.expires)) {
            self.touch_after_load(key, &found, touch, now).await;
        }
        Ok(Some(found))
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.write_entry(write, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let update = vec![doc! { "$set": { "expiration": record::date(expires) } }];
        Ok(self.documents.update(record::live(key.as_str(), now), update).await? == Updated::Done)
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }
}

impl FlaskMongoDb {
    /// If the touch fails, the load still succeeds: the next read tries again.
    async fn touch_after_load(&self, key: &StoreKey, found: &Stored, touch: Touch, now: UnixTime) {
        let started = Instant::now();
        let filter = writes::seen_at(key, &found.revision, now);
        let update = vec![doc! { "$set": { "expiration": record::date(touch.expires) } }];
        if let Err(error) = self.documents.update(filter, update).await {
            observe::call_ended("touch", Some(key), Some(error.kind()), started.elapsed());
        }
    }
}
