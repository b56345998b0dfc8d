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
        let last = found.last().filter(|_| found.len() == at_most).and_then(|last| last.get_str("id").ok());
        let next = last.map(|last| Cursor(last.to_owned()));
        // A document of another program is left aside.
        let records = found.iter().filter_map(|found| Record::read(found).ok());
        let live = records.filter(|record| record.is_live(now));
        Ok(Page { entries: live.map(|record| (StoreKey::new(record.key), record.stored)).collect(), next })
    }
}
