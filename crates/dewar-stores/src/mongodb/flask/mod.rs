//! Flask-Session's documents.

mod lister;
mod open;
mod record;
mod store;
mod sweeper;
mod writes;

use super::documents::Documents;

/// A session store in MongoDB whose documents are those of Flask-Session 0.7 and later, which can use the same collection.
///
/// A document has the fields `_id` (made by MongoDB), `id` (the key), `val` (the payload) and `expiration` (a date). Flask-Session creates the
/// index on `expiration`, by which MongoDB removes expired documents. This store needs one more, on `id`, which must be unique: without it each
/// read looks at all documents, and two programs can create the same session twice. Flask-Session uses it, too.
///
/// An entry is replaced if its payload is the one that was seen. There are no owners. Each call takes one round trip, and one more if it is not
/// done. A rename is one update; the tombstone, if one is asked for, is written afterwards.
///
/// Connections, majorities and timeouts are as in [`MongoDb`](super::MongoDb).
#[derive(Debug, Clone)]
pub struct FlaskMongoDb {
    documents: Documents,
}
