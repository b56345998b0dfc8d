//! What the columns of a table mean.

use std::fmt;

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, Cursor, Entry, Owners, Revision, StoreKey, Stored};

use super::{Driver, SqlStore, Value};

/// What tells one table of sessions from another.
pub trait Shape: Send + Sync + Sized + 'static {
    /// The revision of an entry that is about to be written.
    fn next_revision(&self, entry: &Entry) -> Revision;

    /// A revision as the column that is compared holds it; null: no row of this table has it.
    fn revision_value(&self, revision: &Revision) -> Value;

    /// A moment as the column of ends holds it; `None`: never.
    fn moment(&self, moment: Option<UnixTime>) -> Value;

    /// What is stored in a row.
    fn stored(&self, row: Row) -> Stored;

    /// Behind which value of the column that orders pages one begins.
    fn page_start(&self, after: Option<&Cursor>, prefix: &str) -> Value;

    /// Where the page behind this row begins.
    fn cursor(&self, key: &StoreKey, row: &Row) -> Cursor;

    /// The store, if the table knows the owner of an entry.
    fn owners<D: Driver>(store: &SqlStore<D, Self>) -> Option<&dyn Owners>;
}

/// A row, as every query returns it: `payload`, `expires`, `number`, `is_live`, and of several rows each one's key.
pub struct Row {
    /// The bytes.
    pub payload: Bytes,
    /// When it ends: the column holds milliseconds since 1970, or a date; `None`: null, or the last date that there is.
    pub expires: Option<UnixTime>,
    /// In a native table the revision, in Flask-Session's the number of the row.
    pub number: i64,
    /// Whether it has not expired; null: it has.
    pub is_live: bool,
}

/// What a session holds is not shown.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} bytes, expires: {:?}, is_live: {})", self.payload.len(), self.expires, self.is_live)
    }
}
