//! What an engine must be able to do.

use std::fmt;

use dewar_core::{StoreError, StoreKey};

use super::{Query, Row, Transaction};

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

    /// Does it wholly or not at all.
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
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many rows its first statement has written.
    pub rows: usize,
    /// The row that its look found.
    pub found: Option<Row>,
}
