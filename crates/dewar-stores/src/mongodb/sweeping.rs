//! Removes expired documents in batches.

use ::mongodb::bson::{Bson, DateTime, doc};
use dewar_core::StoreError;

use super::documents::{Documents, Selection, beginning_with};

/// The most documents that one call removes.
const BATCH: usize = 1_000;

/// The documents that have expired.
pub(super) struct Expired {
    /// The field with the key.
    pub(super) key: &'static str,
    /// The field with the expiry.
    pub(super) expiry: &'static str,
    pub(super) now: DateTime,
}

impl Expired {
    /// Removes at most so many of those whose keys begin with the prefix.
    pub(super) async fn remove(
        &self,
        documents: &Documents,
        prefix: &str,
        at_most: usize,
    ) -> Result<usize, StoreError> {
        let mut removed = 0;
        while removed < at_most {
            let found = self.find(documents, prefix, (at_most - removed).min(BATCH)).await?;
            if found.is_empty() {
                break;
            }
            let filter = doc! { "_id": { "$in": found }, self.expiry: { "$lte": self.now } };
            removed += documents.delete_all(filter).await?;
        }
        Ok(removed)
    }

    async fn find(
        &self,
        documents: &Documents,
        prefix: &str,
        at_most: usize,
    ) -> Result<Vec<Bson>, StoreError> {
        let filter = doc! { self.expiry: { "$lte": self.now }, self.key: beginning_with(prefix) };
        let limit = i64::try_from(at_most).unwrap_or(i64::MAX);
        let selection = Selection { fields: doc! { "_id": 1 }, limit, ..Selection::default() };
        let found = documents.find_all(filter, selection).await?;
        Ok(found.into_iter().filter_map(|mut document| document.remove("_id")).collect())
    }
}
