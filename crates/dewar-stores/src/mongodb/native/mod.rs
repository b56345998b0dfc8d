//! Dewar's own documents.

mod changes;
#[cfg(test)]
mod interrupted;
mod lister;
mod open;
mod owners;
mod record;
mod renaming;
mod store;
mod sweeper;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64};

use super::documents::Documents;

/// A session store in MongoDB 4.4 or later: a standalone server, a replica set, or a cluster with routers (`mongos`).
///
/// An entry is a document of one collection:
///
/// | field | type | what |
/// |---|---|---|
/// | `_id` | string | the key |
/// | `payload` | binary | the payload |
/// | `revision` | long | a number that changes with each write, except a touch |
/// | `expires` | date | when it expires; missing: never |
/// | `owner`, `joined` | string, long | the owner, and the place among the owner's entries |
/// | `from`, `moved` | string, document | a rename that is being done |
///
/// It has two indexes: `expires`, by which MongoDB removes expired documents, and `owner, joined`. An expired document counts as absent, by the
/// program's clock, whether or not it has been removed.
///
/// # Two documents
///
/// A rename changes two documents, and is atomic without a transaction, which a standalone server does not have. It writes the new entry as
/// pending first; then one update of the old document decides. Every call that finds a rename half done completes it, so a process may die at any
/// point.
///
/// # Round trips
///
/// | call | round trips |
/// |---|---|
/// | load | 1; 2 if its touch is due |
/// | create, swap, remove, touch | 1; 2 if it is not done, to read what is stored now |
/// | rename | 2; after the answer, 3 more in the background |
/// | the entries of an owner | 1 |
/// | removing all entries of an owner | 3 |
///
/// # What is acknowledged
///
/// Reads go to the primary, and writes are confirmed by a majority of the replica set, so that no election undoes what was acknowledged. A
/// standalone server that is killed loses what it acknowledged in the last 100 ms, unless the URL says `journal=true`. The URL's `w` overrides the
/// majority. The driver sends no write a second time (`retryWrites=false`), unless the URL says so: a
/// [`Guard`](crate::guard::Guard) sends again what can be sent twice.
///
/// A primary that has lost its replica set without knowing it may answer reads for some seconds, with what it has.
#[derive(Debug, Clone)]
pub struct MongoDb {
    documents: Documents,
    numbers: Arc<Numbers>,
}

/// What is counted. Clones of a store share it.
#[derive(Debug)]
struct Numbers {
    /// Counted from a random number, so that neither another process nor this one after a restart uses the same revisions.
    next_revision: AtomicU64,
    /// Orders what gets an owner within the same millisecond.
    next_place: AtomicU32,
}
