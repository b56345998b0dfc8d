//! Writes. The key is a field like any other (`id`, with a unique index), so a rename changes one document, in one step.

use ::mongodb::bson::{Document, doc};
use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, StoreError, StoreKey, Stored, Write, WriteOutcome};

use super::FlaskMongoDb;
use super::record::{self, Record};
use crate::mongodb::change::{Change, Shape};
use crate::mongodb::documents::{Documents, Updated};

impl FlaskMongoDb {
    pub(super) async fn write_entry(
        &self,
        write: Write<'_>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        match write {
            Write::Create { key, entry } => self.create(key, entry, now).await,
            Write::Swap { key, seen, entry } => {
                let filter = seen_at(key, seen, now);
                let done = WriteOutcome::Saved(saved(entry));
                self.make(write, &Change { filter, pipeline: lasting(key, entry, now), done }, now).await
            }
            Write::Rename { .. } => self.rename(write, now).await,
            Write::Remove { key, tombstone } => {
                let pipeline = tombstone.and_then(|tombstone| lasting(key, tombstone, now));
                let (filter, done) = (record::live(key.as_str(), now), WriteOutcome::Removed);
                self.make(write, &Change { filter, pipeline, done }, now).await
            }
        }
    }

    /// An expired document under the key is replaced.
    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let pipeline = vec![doc! { "$set": record::fields(key.as_str(), entry) }];
        let created = self.documents.upsert(record::expired(key.as_str(), now), pipeline).await?;
        Ok(if created == Updated::Done { WriteOutcome::Saved(saved(entry)) } else { WriteOutcome::Taken })
    }

    /// The tombstone, which Flask-Session's records do not have, is a document of its own, written afterwards.
    async fn rename(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let Write::Rename { key, new_key, seen, entry, tombstone } = write else {
            return Ok(WriteOutcome::Gone);
        };
        if key == new_key {
            let found = self.settled(key, now).await?;
            return Ok(write.refusal(found, |_| true).unwrap_or(WriteOutcome::Taken));
        }
        let pipeline = Some(vec![doc! { "$set": record::fields(new_key.as_str(), entry) }]);
        let change =
            Change { filter: seen_at(key, seen, now), pipeline, done: WriteOutcome::Saved(saved(entry)) };
        let mut outcome = self.make(write, &change, now).await?;
        if outcome == WriteOutcome::Taken
            && self.documents.delete(record::expired(new_key.as_str(), now)).await?
        {
            outcome = self.make(write, &change, now).await?;
        }
        if let (WriteOutcome::Saved(_), Some(tombstone)) = (&outcome, tombstone) {
            let _ = self.create(key, tombstone, now).await;
        }
        Ok(outcome)
    }
}

impl Shape for FlaskMongoDb {
    fn documents(&self) -> &Documents {
        &self.documents
    }

    async fn settled(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        let found = self.documents.find(record::live(key.as_str(), now)).await?;
        Ok(found.as_ref().map(Record::read).transpose()?.map(|record| record.stored))
    }
}

/// Finds the entry that was seen.
pub(super) fn seen_at(key: &StoreKey, seen: &Revision, now: UnixTime) -> Document {
    let mut filter = record::live(key.as_str(), now);
    filter.insert("val", record::value(seen));
    filter
}

/// What writes the entry; `None` if it has already expired, so that the document is removed.
fn lasting(key: &StoreKey, entry: &Entry, now: UnixTime) -> Option<Vec<Document>> {
    (!entry.is_expired(now)).then(|| vec![doc! { "$set": record::fields(key.as_str(), entry) }])
}

fn saved(entry: &Entry) -> Revision {
    Revision::from_payload(entry.payload.clone())
}
