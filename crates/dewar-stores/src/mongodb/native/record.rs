//! A document, and the parts of updates and filters that name its fields.

use ::mongodb::bson::spec::BinarySubtype;
use ::mongodb::bson::{Binary, Bson, DateTime, Document, doc};
use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, Entry, Revision, StoreError, Stored};

/// A document as it was read.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) key: String,
    pub(super) stored: Stored,
    /// Its part in a rename.
    pub(super) moves: Option<Moves>,
}

/// The part of a document in a [rename](super::renaming).
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Moves {
    /// The new entry, which is valid once the document with this key says that it has moved here.
    From(String),
    /// What is left under the old key of an entry that has moved.
    To(Moved),
}

/// Where an entry has moved, and its place among the entries of its owner.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) to: String,
    pub(super) owner: Option<String>,
    pub(super) joined: Option<i64>,
}

impl Record {
    /// # Errors
    /// If it is not a document of this store.
    pub(super) fn read(document: &Document) -> Result<Self, StoreError> {
        parse(document).ok_or_else(|| StoreError::refused(FOREIGN))
    }

    pub(super) fn is_live(&self, now: UnixTime) -> bool {
        self.stored.expires.is_none_or(|expires| expires > now)
    }
}

const FOREIGN: &str = "another program stores something else in the collection: use another collection";

fn parse(document: &Document) -> Option<Record> {
    let revision = document.get_i64("revision").ok()?;
    let moved = document.get_document("moved").ok();
    let expires = moved.unwrap_or(document).get_datetime("expires").ok();
    let payload = match document.get("payload") {
        Some(Bson::Binary(payload)) => payload.bytes.clone(),
        // It was not asked for.
        None => Vec::new(),
        Some(_) => return None,
    };
    Some(Record {
        key: document.get_str("_id").ok()?.to_owned(),
        stored: Stored {
            payload: Bytes::from(payload),
            revision: Revision::from_number(revision.unsigned_abs()),
            expires: expires.map(|at| UnixTime::from_millis(at.timestamp_millis())),
        },
        moves: match moved {
            Some(moved) => Some(Moves::To(parse_moved(moved)?)),
            None => text(document, "from").map(Moves::From),
        },
    })
}

fn parse_moved(moved: &Document) -> Option<Moved> {
    let joined = moved.get_i64("joined").ok();
    Some(Moved { to: text(moved, "to")?, owner: text(moved, "owner"), joined })
}

fn text(document: &Document, field: &str) -> Option<String> {
    document.get_str(field).ok().map(str::to_owned)
}

/// A value that stands for itself: in a pipeline, a text that begins with `$` would be the name of a field.
pub(super) fn literal(value: impl Into<Bson>) -> Bson {
    doc! { "$literal": value.into() }.into()
}

/// A value, or that there is no such field.
pub(super) fn optional(value: Option<impl Into<Bson>>) -> Bson {
    value.map_or(Bson::from("$$REMOVE"), literal)
}

pub(super) fn date(time: UnixTime) -> DateTime {
    DateTime::from_millis(time.millis())
}

/// The revision's number, if it is one of this store.
pub(super) fn number(revision: &Revision) -> i64 {
    revision.number().and_then(|number| i64::try_from(number).ok()).unwrap_or(-1)
}

/// The fields of an entry; `joined` is its place among those of its owner.
pub(super) fn fields(entry: &Entry, revision: &Revision, joined: Bson) -> Document {
    let payload = Binary { subtype: BinarySubtype::Generic, bytes: entry.payload.to_vec() };
    doc! {
        "payload": literal(payload),
        "revision": literal(number(revision)),
        "expires": optional(entry.expires.map(date)),
        "owner": optional(entry.owner.as_deref()),
        "joined": joined,
    }
}

/// Finds a document that has not expired and takes part in no rename.
pub(super) fn settled(key: &str, now: UnixTime) -> Document {
    doc! { "_id": key, "expires": not_expired(now), "from": null, "moved": null }
}

/// A document without an expiry never expires.
pub(super) fn not_expired(now: UnixTime) -> Document {
    doc! { "$not": { "$lte": date(now) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_document_is_refused() {
        for document in [
            doc! {},
            doc! { "_id": "k", "id": "session:x", "val": "y" },
            doc! { "_id": 1, "payload": Binary { subtype: BinarySubtype::Generic, bytes: vec![] }, "revision": 1_i64 },
            doc! { "_id": "k", "payload": "text", "revision": 1_i64 },
        ] {
            assert!(Record::read(&document).is_err(), "{document}");
        }
    }
}
