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
    /// Whether the pool leads to a pooler in transaction mode, such as PgBouncer. sqlx sends a statement and its values one after the other, and
    /// such a pooler may give them to two servers; `statement_cache_capacity(0)` does not prevent that. With this option every call is a
    /// transaction, with statements that have no names. It takes three round trips more. PgBouncer refuses a setting that sqlx sends: give the
    /// pool's `PgConnectOptions` `extra_float_digits(None)`, or PgBouncer `ignore_startup_parameters = extra_float_digits`. Default: false.
    pub pooler: bool,
}

impl Default for SqlxOptions {
    fn default() -> Self {
        Self { create_table: false, timeout: Duration::from_secs(10), pooler: false }
    }
}
