//! Lists all entries page by page, in the order of their keys.

use ::mongodb::bson::doc;
use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Lister, Page, StoreError, StoreKey, async_trait};

use super::FlaskMongoDb;
use super::record::Record;
use crate::mongodb::documents::{Selection, beginning_with};

/// The largest page.
const LARGEST: usize = 1_000;

#[async_trait]
impl Lister for FlaskMongoDb {
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
        let limit = i64::try_from(at_most).unwrap_or(1);
        let selection = Selection { sort: doc! { "id": 1 }, limit, ..Selection::default() };
        let found = self.documents.find_all(doc! { "id": keys }, selection).await?;
        let records: Vec<Record> = found.iter().map(Record::read).collect::<Result<_, _>>()?;
        let next = records.last().filter(|_| records.len() == at_most).map(|last| Cursor(last.key.clone()));
        let live = records.into_iter().filter(|record| record.is_live(now));
        Ok(Page { entries: live.map(|record| (StoreKey::new(record.key), record.stored)).collect(), next })
    }
}
