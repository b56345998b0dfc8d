//! What an engine must be able to do: what it is sent, and what it returns.

use std::fmt;
use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreError, StoreKey};

use super::{Statement, Transaction, Values};

/// An engine that runs statements. Each call is one round trip, if the engine can do it in one.
///
/// A driver connects, sends, and says of a failure what is known of it. It has no SQL but what it needs for itself.
pub trait Driver: fmt::Debug + Send + Sync {
    /// The row of a key, if there is one.
    fn find(&self, query: Query) -> impl Future<Output = Result<Option<Row>, StoreError>> + Send;

    /// A few rows, with their keys.
    fn rows(&self, query: Query) -> impl Future<Output = Result<Vec<(StoreKey, Row)>, StoreError>> + Send;

    /// A page of a walk through the whole table, beside which other calls go on.
    fn page(&self, query: Query) -> impl Future<Output = Result<Vec<(StoreKey, Row)>, StoreError>> + Send {
        self.rows(query)
    }

    /// Does it wholly or not at all. No other write to the same rows comes between its statements: an engine whose transactions do not see
    /// to that locks them.
    fn write(&self, transaction: Transaction) -> impl Future<Output = Result<Outcome, StoreError>> + Send;

    /// Does it only if that takes no longer than it must, since it can be left for another time.
    fn write_if_idle(
        &self,
        transaction: Transaction,
    ) -> impl Future<Output = Result<Outcome, StoreError>> + Send {
        self.write(transaction)
    }

    /// Removes rows, and returns their keys.
    fn remove(&self, query: Query) -> impl Future<Output = Result<Vec<StoreKey>, StoreError>> + Send;
}

/// What came of a transaction.
#[derive(Debug)]
pub struct Outcome {
    /// How many rows its first statement has written.
    pub rows: usize,
    /// The row that its look found.
    pub found: Option<Row>,
}

/// A statement with its values.
#[derive(Debug)]
pub struct Query {
    /// The statement.
    pub statement: Arc<Statement>,
    /// Its values.
    pub values: Values,
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

impl Query {
    pub(super) fn new(statement: &Arc<Statement>, values: Values) -> Self {
        Self { statement: Arc::clone(statement), values }
    }
}

/// What a session holds is not shown.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} bytes, expires: {:?}, is_live: {})", self.payload.len(), self.expires, self.is_live)
    }
}
