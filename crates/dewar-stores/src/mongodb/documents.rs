//! The collection: what is asked of it, as facts about one document or many.

use std::fmt;
use std::time::Duration;

use ::mongodb::bson::{Document, doc};
use ::mongodb::error::Error;
use ::mongodb::options::ReturnDocument;
use ::mongodb::{Collection, Namespace};
use dewar_core::StoreError;
use futures_util::TryStreamExt as _;

use super::collection::ProcessCollection;
use super::failure;
use super::spawned;
use crate::prefix::behind;

/// Calls about many documents may take so many times the timeout.
const MANY: u32 = 25;

/// Work that a call does in addition may take this part of the timeout.
const IN_ADDITION: u32 = 4;

/// A collection of sessions. A clone shares the client's connections.
#[derive(Clone)]
pub(super) struct Documents {
    collection: ProcessCollection,
    timeout: Duration,
    /// Whether the driver sends a write again by itself.
    repeats_writes: bool,
}

/// How the documents of a query are returned.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    pub(super) sort: Document,
    pub(super) fields: Document,
    /// 0: all.
    pub(super) limit: i64,
}

/// The outcome of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Updated {
    Done,
    /// The filter finds no document.
    NotFound,
    /// A unique index does not allow it: there is a document with this key that the filter does not find.
    Taken,
}

impl Documents {
    pub(super) fn new(collection: ProcessCollection, timeout: Duration, repeats_writes: bool) -> Self {
        Self { collection, timeout, repeats_writes }
    }

    pub(super) async fn find(&self, filter: Document) -> Result<Option<Document>, StoreError> {
        self.read(self.timeout, async move |collection| collection.find_one(filter).await).await
    }

    pub(super) async fn find_all(
        &self,
        filter: Document,
        selection: Selection,
    ) -> Result<Vec<Document>, StoreError> {
        let Selection { sort, fields, limit } = selection;
        self.read(self.timeout * MANY, async move |collection| {
            let found = collection.find(filter).sort(sort).projection(fields).limit(limit).await?;
            found.try_collect().await
        })
        .await
    }

    /// Updates the document that the filter finds.
    pub(super) async fn update(
        &self,
        filter: Document,
        pipeline: Vec<Document>,
    ) -> Result<Updated, StoreError> {
        self.update_or(filter, pipeline, false, self.timeout).await
    }

    /// The same, for work that a call does in addition: nobody waits long for it.
    pub(super) async fn update_soon(
        &self,
        filter: Document,
        pipeline: Vec<Document>,
    ) -> Result<Updated, StoreError> {
        self.update_or(filter, pipeline, false, self.timeout / IN_ADDITION).await
    }

    /// Updates the document that the filter finds, or inserts one.
    pub(super) async fn upsert(
        &self,
        filter: Document,
        pipeline: Vec<Document>,
    ) -> Result<Updated, StoreError> {
        self.update_or(filter, pipeline, true, self.timeout).await
    }

    /// The same; returns these fields of the document as it is then. `None`: a unique index does not allow it.
    pub(super) async fn upsert_and_return(
        &self,
        filter: Document,
        pipeline: Vec<Document>,
        fields: Document,
    ) -> Result<Option<Document>, StoreError> {
        let upsert = async move |collection: Collection<Document>| {
            let update = collection.find_one_and_update(filter, pipeline).upsert(true).projection(fields);
            update.return_document(ReturnDocument::After).await
        };
        match self.write(self.timeout, upsert).await? {
            Err(error) if failure::is_duplicate(&error) => Ok(None),
            answer => answer.map_err(|error| self.failed(&error)),
        }
    }

    async fn update_or(
        &self,
        filter: Document,
        pipeline: Vec<Document>,
        insert: bool,
        within: Duration,
    ) -> Result<Updated, StoreError> {
        let update = async move |collection: Collection<Document>| {
            let done = collection.update_one(filter, pipeline).upsert(insert).await?;
            Ok(if insert || done.matched_count > 0 { Updated::Done } else { Updated::NotFound })
        };
        match self.write(within, update).await? {
            Err(error) if failure::is_duplicate(&error) => Ok(Updated::Taken),
            answer => answer.map_err(|error| self.failed(&error)),
        }
    }

    /// Removes the document that the filter finds. Returns whether there was one.
    pub(super) async fn delete(&self, filter: Document) -> Result<bool, StoreError> {
        let delete = async move |collection: Collection<Document>| {
            collection.delete_one(filter).await.map(|done| done.deleted_count > 0)
        };
        self.write(self.timeout, delete).await?.map_err(|error| self.failed(&error))
    }

    /// Removes all documents that the filter finds, and returns how many there were.
    pub(super) async fn delete_all(&self, filter: Document) -> Result<usize, StoreError> {
        let delete = async move |collection: Collection<Document>| {
            collection
                .delete_many(filter)
                .await
                .map(|done| usize::try_from(done.deleted_count).unwrap_or(usize::MAX))
        };
        // Some may be gone already when it fails.
        let answer = self.write(self.timeout * MANY, delete).await?;
        answer.map_err(|error| failure::store_error(&error, true))
    }

    fn failed(&self, error: &Error) -> StoreError {
        failure::store_error(error, self.repeats_writes)
    }

    async fn read<T, F>(
        &self,
        within: Duration,
        ask: impl FnOnce(Collection<Document>) -> F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let answer = spawned::run(within, ask(self.collection.get()?)).await;
        answer.map_err(StoreError::no_answer)?.map_err(|error| failure::store_error(&error, false))
    }

    async fn write<T, F>(
        &self,
        within: Duration,
        ask: impl FnOnce(Collection<Document>) -> F,
    ) -> Result<Result<T, Error>, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        spawned::run(within, ask(self.collection.get()?)).await.map_err(StoreError::no_answer)
    }
}

/// The texts that begin with a prefix, as a range: MongoDB compares texts by their bytes in UTF-8.
pub(super) fn beginning_with(prefix: &str) -> Document {
    let mut range = doc! { "$gte": prefix };
    if let Some(behind) = behind(prefix) {
        range.insert("$lt", behind);
    }
    range
}

/// `Debug` shows the name of the collection.
impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Namespace { db, coll } = self.collection.namespace();
        write!(f, "{db}.{coll}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_range_of_texts() {
        assert_eq!(beginning_with("shop:"), doc! { "$gte": "shop:", "$lt": "shop;" });
        assert_eq!(beginning_with(""), doc! { "$gte": "" });
    }
}
