//! Sessions in an SQLite file: [`Sqlite`] in the native table; with the feature `flask` also [`SqlAlchemy`], in the one of Flask-Session's
//! SQLAlchemy backend.
//! What they share with other SQL databases is in `sql`; this is the driver.
//!
//! Reads have sixteen threads of the store's own. Writes go to one more, which puts all that wait into one transaction and answers when
//! it is committed, so that many writers share the cost of one commit. Opening a store starts that thread, dropping the store ends it. A
//! call whose caller goes away before it is begun is not begun at all. No runtime is needed.
//!
//! Several processes of one machine may share a file. It is switched to
//! [write-ahead logging](https://www.sqlite.org/wal.html) and stays so: beside it lie `-wal` and `-shm`, which belong to it. Network
//! drives will not do. A write that finds the file locked by another process for too long (125 ms) is
//! [busy](dewar_core::StoreErrorKind::Busy); reads go on.
//!
//! If the file is away (removed, or its disk unmounted), that is an error and no session ends; a file with the table in it that takes its
//! place is used from then on. If the disk is too full for a tombstone, a session ends without one.

mod date_time;
mod driver;
mod execution;
mod failure;
mod file;
mod identity;
mod options;
mod readers;
mod request;
mod room;
#[cfg(feature = "flask")]
mod sql_alchemy;
mod stores;
mod table;
mod transaction;
mod writer;

pub use self::options::{SqliteOptions, Synchronous};
#[cfg(feature = "flask")]
pub use self::sql_alchemy::SqlAlchemy;
pub use self::stores::Sqlite;
