//! How a store uses a pool.

use std::time::Duration;

/// The options of a store in a pool. [`Default`] expects the table to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlxOptions {
    /// Whether to create the table and its indexes if they do not exist. Default: false, as for tables that the program's migrations create:
    /// put what [`schema`](crate::SqlxStore::schema) returns into one.
    pub create_table: bool,
    /// The longest time that a call may use a connection. After it the connection is closed, since sqlx itself waits for an answer without
    /// end. The time to wait for a connection is the pool's `acquire_timeout`. Default: 10 s.
    pub timeout: Duration,
}

impl Default for SqlxOptions {
    fn default() -> Self {
        Self { create_table: false, timeout: Duration::from_secs(10) }
    }
}
