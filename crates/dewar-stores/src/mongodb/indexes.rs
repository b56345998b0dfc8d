//! The indexes that the documents need, and collections that must not be used.

use std::time::Duration;

use ::mongodb::bson::{Document, doc};
use ::mongodb::error::Result;
use ::mongodb::options::{Acknowledgment, IndexOptions, WriteConcern};
use ::mongodb::{Collection, IndexModel};
use futures_util::TryStreamExt as _;
use tokio::time::sleep;

use super::failure;

const NO_COLLECTION: i32 = 26;
/// The longest time to wait for the other members.
const CONFIRMING: Duration = Duration::from_secs(30);

/// Another program is creating the collection or the same index: NamespaceExists, WriteConflict, ConflictingOperationInProgress, IndexBuildAborted.
const DISTURBED: &[i32] = &[48, 112, 117, 276];
/// Milliseconds.
const PAUSES: [u64; 4] = [50, 100, 200, 400];

/// An index that the documents need.
pub(super) struct Index {
    pub(super) fields: &'static [&'static str],
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Finds documents.
    Plain,
    /// Allows one document for each value.
    Unique,
    /// Removes documents when the time in the field has come.
    Expiring,
}

/// What is wrong with the indexes of a collection.
pub(super) enum Fault {
    /// This one is missing.
    Missing(&'static Index),
    /// This one must not be there: what it does.
    Unfit(String, &'static str),
}

/// The first fault.
pub(super) fn fault(found: &[IndexModel], wanted: &'static [Index]) -> Option<Fault> {
    let unfit =
        found.iter().find_map(|index| unfit(index, wanted).map(|why| Fault::Unfit(text(&index.keys), why)));
    let missing = || wanted.iter().find(|wanted| !found.iter().any(|index| wanted.is_met_by(index)));
    unfit.or_else(|| missing().map(Fault::Missing))
}

/// Why the collection cannot be used with this index.
fn unfit(index: &IndexModel, wanted: &[Index]) -> Option<&'static str> {
    if index.keys == doc! { "_id": 1 } {
        return None;
    }
    let options = index.options.clone().unwrap_or_default();
    let same = wanted.iter().find(|wanted| wanted.fields.iter().eq(&index.keys.keys().collect::<Vec<_>>()));
    match same.map(|wanted| wanted.kind) {
        Some(kind) if same.is_some_and(|same| same.is_met_by(index)) && kind != Kind::Plain => None,
        _ if options.unique == Some(true) => Some("does not allow two sessions with the same value"),
        Some(Kind::Expiring) => Some("does not remove sessions when they expire"),
        Some(Kind::Unique) => Some("allows two sessions with the same key"),
        _ if options.expire_after.is_some() => Some("removes documents by another field"),
        _ => None,
    }
}

fn text(keys: &Document) -> String {
    keys.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

impl Index {
    fn keys(&self) -> Document {
        self.fields.iter().map(|field| ((*field).to_owned(), 1.into())).collect()
    }

    fn is_met_by(&self, index: &IndexModel) -> bool {
        let options = index.options.clone().unwrap_or_default();
        let is_whole = options.partial_filter_expression.is_none() && options.collation.is_none();
        let is_kind = match self.kind {
            Kind::Plain => true,
            Kind::Unique => options.unique == Some(true),
            Kind::Expiring => options.expire_after == Some(Duration::ZERO),
        };
        is_whole && is_kind && self.fields.iter().eq(index.keys.keys())
    }

    fn model(&self) -> IndexModel {
        let options = IndexOptions::builder()
            .unique((self.kind == Kind::Unique).then_some(true))
            .expire_after((self.kind == Kind::Expiring).then_some(Duration::ZERO))
            .build();
        IndexModel::builder().keys(self.keys()).options(options).build()
    }

    /// The command for MongoDB's shell that creates it.
    pub(super) fn command(&self, collection: &str) -> String {
        let fields: Vec<String> = self.fields.iter().map(|field| format!("{field}: 1")).collect();
        let options = match self.kind {
            Kind::Plain => "",
            Kind::Unique => ", { unique: true }",
            Kind::Expiring => ", { expireAfterSeconds: 0 }",
        };
        format!("db.getCollection(\"{collection}\").createIndex({{ {} }}{options})", fields.join(", "))
    }
}

/// The indexes of a collection, which need not exist.
pub(super) async fn list(collection: Collection<Document>) -> Result<Vec<IndexModel>> {
    match collection.list_indexes().await {
        Ok(found) => found.try_collect().await,
        Err(error) if failure::is_code(&error, &[NO_COLLECTION]) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Creates those that are missing, on all members of a replica set that are there. Programs that start at the same time disturb one another: each
/// tries again.
pub(super) async fn create(collection: Collection<Document>, wanted: &'static [Index]) -> Result<()> {
    for pause in PAUSES {
        match create_once(&collection, wanted).await {
            Err(error) if failure::is_code(&error, DISTURBED) => sleep(Duration::from_millis(pause)).await,
            done => return done,
        }
    }
    create_once(&collection, wanted).await
}

async fn create_once(collection: &Collection<Document>, wanted: &'static [Index]) -> Result<()> {
    let concern = WriteConcern::builder().w(Acknowledgment::Majority).w_timeout(CONFIRMING).build();
    collection.create_indexes(wanted.iter().map(Index::model)).write_concern(concern).await.map(drop)
}
