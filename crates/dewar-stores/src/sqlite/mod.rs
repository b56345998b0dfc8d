//! Sessions in an SQLite file: [`Sqlite`] in a table of our own, [`SqlAlchemy`] in the one that Flask-Session's SQLAlchemy backend
//! keeps.
//!
//! Reads have sixteen threads of the store's own. Writes go to one more, which puts all that wait into one transaction and answers when
//! it is committed, so that many writers share the price of one. Opening a store starts that thread, dropping the store ends it. What
//! is not begun when its caller goes away is not begun at all. No runtime is needed.
//!
//! Several processes of one machine may share a file. It is switched to
//! [write-ahead logging](https://www.sqlite.org/wal.html) and stays so: beside it lie `-wal` and `-shm`, which belong to it. Network
//! drives will not do. A write that finds the file locked by another process for too long (125 ms) is
//! [busy](dewar_core::StoreErrorKind::Busy); reads go on.
//!
//! A file that is away (its disk unmounted, the file removed) is an error and no end of a session; one that was replaced by another with
//! the table in it is used from then on. If the disk is too full for a tombstone, a session ends without one.

mod answers;
mod engine;
mod failure;
mod file;
mod identity;
mod options;
mod own_table;
mod owners;
mod quoting;
mod readers;
mod request;
mod room;
mod rows;
mod shape;
mod sqlalchemy;
mod transaction;
mod utc_text;
mod writer;

pub use self::file::Synchronous;
pub use self::options::SqliteOptions;
pub use self::own_table::Sqlite;
pub use self::sqlalchemy::SqlAlchemy;
