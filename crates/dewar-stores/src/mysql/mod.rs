//! Session stores in MySQL 8.0.19 or later, or MariaDB 10.5 or later: [`MySql`] uses Dewar's own table; with the feature `flask`,
//! [`SqlAlchemy`] uses the table of Flask-Session's SQLAlchemy backend.
//!
//! A store has a pool of connections, which are opened when they are needed. A read takes one round trip to the server; so do the writes that
//! need one statement. MySQL has no `UPDATE … RETURNING`, so what another write stored takes one more:
//!
//! | call | round trips |
//! |---|---|
//! | load | 1; 2 if a touch is due |
//! | create, touch | 1 |
//! | swap | 1; 2 if another write came first, or the session has ended |
//! | remove | 1 |
//! | rename (a login, a new id) | 1; 2 if another write came first, or the session has ended |
//! | the entries of an owner | 1 |
//! | remove the entries of an owner | 1 for those that are left to remove, and 1 to see that none came meanwhile |
//! | keep at most so many entries of an owner | 1, and 1 for each that is removed |
//!
//! A statement is prepared once per connection, which takes one more round trip the first time.
//!
//! Whatever the server's settings are, a connection of a store uses strict SQL mode, UTC, `utf8mb4`, and the isolation level `READ COMMITTED`.
//! If the server writes a binary log, its `binlog_format` must be `ROW` or `MIXED`.
//!
//! A write that waits for a row which another program keeps locked is given up in time by MariaDB: three quarters of
//! [`timeout`](MySqlOptions::timeout), or the shorter [`lock_timeout`](MySqlOptions::lock_timeout). It fails as
//! [busy](dewar_core::StoreErrorKind::Busy), and nothing was done. The shortest such time in MySQL is a second, so there the write gets
//! [no answer](dewar_core::StoreErrorKind::NoAnswer), and it is done if the row becomes free within
//! [`lock_timeout`](MySqlOptions::lock_timeout).
//!
//! If the server says that it is shutting down or the wrong one (read-only, like a replica), all connections are replaced, and so they are if
//! several calls in a row get no answer. A connection that breaks is replaced alone.

mod address;
mod client;
mod date_time;
mod driver;
mod execution;
mod failure;
mod lease;
mod options;
mod pools;
#[cfg(feature = "flask")]
mod sql_alchemy;
mod stores;
mod table;
#[cfg(feature = "mysql-tls")]
mod tls;

pub use self::options::MySqlOptions;
#[cfg(feature = "flask")]
pub use self::sql_alchemy::SqlAlchemy;
pub use self::stores::MySql;
pub(crate) use self::stores::schema;
