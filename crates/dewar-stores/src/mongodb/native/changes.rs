//! Changes of one of Dewar's own documents.

use std::sync::atomic::Ordering;

use ::mongodb::bson::{Bson, Document, doc};
use dewar_core::clock::UnixTime;
use dewar_core::random::Random;
use dewar_core::{Entry, Revision, StoreError, StoreKey, Stored, Write, WriteOutcome};

use super::record::{self, Moves, Record};
use super::{MongoDb, Numbers};
use crate::OpenError;
use crate::mongodb::change::{ATTEMPTS, Change, Shape, always_changed};
use crate::mongodb::documents::Documents;

impl MongoDb {
    pub(in crate::mongodb) fn over(documents: Documents) -> Result<Self, OpenError> {
        let first = Random::system().bytes::<8>().map_err(|error| {
            OpenError::new("the system gave no random bytes to number sessions").with_source(error)
        })?;
        let next_revision = u64::from_le_bytes(first).into();
        Ok(Self { documents, numbers: Numbers { next_revision, next_place: 0.into() }.into() })
    }

    /// BSON's integers end at 2⁶³.
    pub(super) fn next_revision(&self) -> Revision {
        Revision::from_number(self.numbers.next_revision.fetch_add(1, Ordering::Relaxed) & (u64::MAX >> 1))
    }

    /// The place of an entry that gets this owner: after all others by the server's clock.
    pub(super) fn new_place(&self, owner: Option<&str>) -> Bson {
        if owner.is_none() {
            return "$$REMOVE".into();
        }
        let within = self.numbers.next_place.fetch_add(1, Ordering::Relaxed) % (1 << 20);
        let millis = doc! { "$multiply": [{ "$toLong": "$$NOW" }, 1_i64 << 20] };
        doc! { "$add": [millis, i64::from(within)] }.into()
    }

    /// The place that the entry has if the owner stays the same; a new one otherwise.
    fn place(&self, owner: Option<&str>) -> Bson {
        match owner {
            None => self.new_place(None),
            Some(name) => {
                let is_same = doc! { "$eq": ["$owner", record::literal(name)] };
                doc! { "$cond": [is_same, "$joined", self.new_place(owner)] }.into()
            }
        }
    }

    /// The fields of an entry that replaces another.
    pub(super) fn replacement(&self, entry: &Entry, revision: &Revision) -> Document {
        record::fields(entry, revision, self.place(entry.owner.as_deref()))
    }

    /// The change for a write of one document.
    pub(super) fn change(&self, write: Write<'_>, now: UnixTime) -> Change {
        let mut filter = record::settled(write.key().as_str(), now);
        if let Write::Swap { seen, .. } | Write::Rename { seen, .. } = write {
            filter.insert("revision", record::number(seen));
        }
        let entry = match write {
            Write::Remove { tombstone, .. } => tombstone,
            _ => write.entry(),
        };
        let revision = self.next_revision();
        let lasting = entry.filter(|entry| !entry.is_expired(now));
        let pipeline = lasting.map(|entry| vec![doc! { "$set": self.replacement(entry, &revision) }]);
        let done = if matches!(write, Write::Remove { .. }) {
            WriteOutcome::Removed
        } else {
            WriteOutcome::Saved(revision)
        };
        Change { filter, pipeline, done }
    }

    /// The document with this key.
    pub(super) async fn record(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let found = self.documents.find(doc! { "_id": key }).await?;
        found.as_ref().map(Record::read).transpose()
    }
}

impl Shape for MongoDb {
    fn documents(&self) -> &Documents {
        &self.documents
    }

    /// The entry under a key that has not expired. If it takes part in a rename that was done, that is completed; one that was not done is not
    /// there yet.
    async fn settled(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        for _ in 0..ATTEMPTS {
            let Some(found) = self.record(key.as_str()).await? else { return Ok(None) };
            match &found.moves {
                None => {}
                Some(Moves::To(moved)) => self.complete(key.as_str(), moved).await?,
                Some(Moves::From(old)) => {
                    if !self.complete_pending(&found.key, old).await? {
                        return Ok(None);
                    }
                    continue;
                }
            }
            return Ok(found.is_live(now).then_some(found.stored));
        }
        Err(always_changed())
    }
}
