//! Lists all entries page by page, in the order of their keys.

use ::mongodb::bson::doc;
use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Lister, Page, StoreError, StoreKey, async_trait};

use super::MongoDb;
use super::record::{Moves, Record};
use crate::mongodb::documents::{Selection, beginning_with};

/// The largest page.
const LARGEST: usize = 1_000;

#[async_trait]
impl Lister for MongoDb {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        let mut keys = beginning_with(prefix);
        if let Some(cursor) = after {
            keys.insert("$gt", cursor.0.as_str());
        }
        let at_most = at_most.clamp(1, LARGEST);
        let selection = Selection {
            sort: doc! { "_id": 1 },
            limit: i64::try_from(at_most).unwrap_or(1),
            ..Selection::default()
        };
        let found = self.documents.find_all(doc! { "_id": keys }, selection).await?;
        let records: Vec<Record> = found.iter().map(Record::read).collect::<Result<_, _>>()?;
        let next = records.last().filter(|_| records.len() == at_most).map(|last| Cursor(last.key.clone()));
        let mut entries = Vec::with_capacity(records.len());
        for record in records.into_iter().filter(|record| record.is_live(now)) {
            if self.is_valid(&record).await? {
                entries.push((StoreKey::new(record.key), record.stored));
            }
        }
        Ok(Page { entries, next })
    }
}

impl MongoDb {
    /// Whether it is not the pending entry of a rename that was not done.
    pub(super) async fn is_valid(&self, record: &Record) -> Result<bool, StoreError> {
        match &record.moves {
            Some(Moves::From(old)) => Ok(self.moved_to(&record.key, old).await?.is_some()),
            _ => Ok(true),
        }
    }
}
