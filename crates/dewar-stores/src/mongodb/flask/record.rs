//! A document as Flask-Session writes it: `{_id: ObjectId, id: text, val: bytes, expiration: date}`.

use ::mongodb::bson::spec::BinarySubtype;
use ::mongodb::bson::{Binary, Bson, DateTime, Document, doc};
use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, Entry, Revision, StoreError, Stored};

/// A document as it was read.
pub(super) struct Record {
    pub(super) key: String,
    pub(super) stored: Stored,
}

impl Record {
    /// Flask-Session takes a text for bytes, too, and so does this.
    ///
    /// # Errors
    /// If it is not a document of Flask-Session.
    pub(super) fn read(document: &Document) -> Result<Self, StoreError> {
        parse(document).ok_or_else(|| StoreError::refused(FOREIGN))
    }

    pub(super) fn is_live(&self, now: UnixTime) -> bool {
        self.stored.expires.is_none_or(|expires| expires > now)
    }
}

const FOREIGN: &str = "another program stores something else in the collection: use another collection";

fn parse(document: &Document) -> Option<Record> {
    let payload = match document.get("val")? {
        Bson::Binary(binary) => Bytes::from(binary.bytes.clone()),
        Bson::String(text) => Bytes::from(text.clone()),
        _ => return None,
    };
    let expires = document.get_datetime("expiration").ok();
    let stored = Stored {
        revision: Revision::from_payload(payload.clone()),
        payload,
        expires: expires.map(|at| UnixTime::from_millis(at.timestamp_millis())),
    };
    Some(Record { key: document.get_str("id").ok()?.to_owned(), stored })
}

/// Finds a document that has not expired.
pub(super) fn live(key: &str, now: UnixTime) -> Document {
    doc! { "id": key, "expiration": { "$not": { "$lte": date(now) } } }
}

/// Finds a document that has expired.
pub(super) fn expired(key: &str, now: UnixTime) -> Document {
    doc! { "id": key, "expiration": { "$lte": date(now) } }
}

/// Finds a value with these bytes.
pub(super) fn value(seen: &Revision) -> Document {
    let payload = seen.payload().cloned().unwrap_or_default();
    let mut values = vec![binary(&payload)];
    values.extend(std::str::from_utf8(&payload).ok().map(Bson::from));
    doc! { "$in": values }
}

/// The fields of an entry, in the order in which pymongo's upsert leaves them. In a pipeline, a text that begins with `$` would be the name of a field.
pub(super) fn fields(key: &str, entry: &Entry) -> Document {
    let expiration = entry.expires.map_or(Bson::from("$$REMOVE"), |expires| date(expires).into());
    doc! { "id": { "$literal": key }, "expiration": expiration, "val": binary(&entry.payload) }
}

fn binary(payload: &Bytes) -> Bson {
    Binary { subtype: BinarySubtype::Generic, bytes: payload.to_vec() }.into()
}

pub(super) fn date(time: UnixTime) -> DateTime {
    DateTime::from_millis(time.millis())
}
