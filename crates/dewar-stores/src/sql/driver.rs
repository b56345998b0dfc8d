//! The trait of drivers: what an engine is sent, and what it returns.

use std::fmt;
use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreError, StoreKey};

use super::{Statement, Transaction, Values};

/// An engine that runs statements. Each call is one round trip if the engine supports that.
///
/// A driver connects, sends statements, and classifies failures. It contains no SQL except what it needs for itself.
pub trait Driver: fmt::Debug + Send + Sync {
    /// Returns the row of a key, if there is one.
    fn find(&self, query: Query) -> impl Future<Output = Result<Option<Row>, StoreError>> + Send;

    /// Returns a few rows with their keys.
    fn rows(&self, query: Query) -> impl Future<Output = Result<Vec<(StoreKey, Row)>, StoreError>> + Send;

    /// Returns a page of a walk through the whole table. Other calls continue meanwhile.
    fn page(&self, query: Query) -> impl Future<Output = Result<Vec<(StoreKey, Row)>, StoreError>> + Send {
        self.rows(query)
    }

    /// Runs a transaction completely or not at all. No other write to the same rows comes between its statements; an engine whose transactions
    /// do not ensure this locks the rows.
    fn write(&self, transaction: Transaction) -> impl Future<Output = Result<Outcome, StoreError>> + Send;

    /// Like `write`, for one that may write many rows and take longer: a batch of a sweep, or the removal of all entries of an owner.
    fn write_many(
        &self,
        transaction: Transaction,
    ) -> impl Future<Output = Result<Outcome, StoreError>> + Send {
        self.write(transaction)
    }

    /// Runs a best-effort transaction, which can be skipped: only if it does not have to wait.
    fn write_if_idle(
        &self,
        transaction: Transaction,
    ) -> impl Future<Output = Result<Outcome, StoreError>> + Send {
        self.write(transaction)
    }

    /// Removes rows, and returns their keys.
    fn remove(&self, query: Query) -> impl Future<Output = Result<Vec<StoreKey>, StoreError>> + Send;
}

/// The outcome of a transaction.
#[derive(Debug)]
pub struct Outcome {
    /// The number of rows that the first statement wrote.
    pub rows: usize,
    /// The row that the `look` statement found.
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
    /// When it expires. The column contains milliseconds since 1970 or a date; `None`: null, or the last possible date.
    pub expires: Option<UnixTime>,
    /// In a native table the revision, in Flask-Session's table the number of the row.
    pub number: i64,
    /// Whether it has not expired. Null counts as expired.
    pub is_live: bool,
}

impl Row {
    /// The column of the key in queries that return several rows, after the four of a row.
    pub const KEY: usize = 4;
}

impl Query {
    pub(super) fn new(statement: &Arc<Statement>, values: Values) -> Self {
        Self { statement: Arc::clone(statement), values }
    }
}

/// `Debug` does not show the data of a session.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} bytes, expires: {:?}, is_live: {})", self.payload.len(), self.expires, self.is_live)
    }
}
