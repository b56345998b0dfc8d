//! Removes expired entries, before MongoDB's index does by the server's clock.

use ::mongodb::bson::doc;
use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, Sweeper, async_trait};

use super::MongoDb;
use super::record::{self, Moves, Record};
use crate::mongodb::documents::{Selection, beginning_with};
use crate::mongodb::sweeping::Expired;

/// The most renames that one call completes.
const MOST_ABANDONED: i64 = 100;

#[async_trait]
impl Sweeper for MongoDb {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        self.complete_abandoned(prefix, now).await?;
        let expired = Expired { key: "_id", expiry: "expires", now: record::date(now) };
        expired.remove(&self.documents, prefix, at_most).await
    }
}

impl MongoDb {
    /// Completes renames whose process died, so that their tombstones can be removed.
    async fn complete_abandoned(&self, prefix: &str, now: UnixTime) -> Result<(), StoreError> {
        let filter = doc! {
            "expires": null, "moved.expires": { "$lte": record::date(now) }, "_id": beginning_with(prefix),
        };
        let selection = Selection { limit: MOST_ABANDONED, ..Selection::default() };
        for document in self.documents.find_all(filter, selection).await? {
            let record = Record::read(&document)?;
            if let Some(Moves::To(moved)) = &record.moves {
                self.complete(&record.key, moved).await?;
            }
        }
        Ok(())
    }
}
