//! Session stores in an SQLite file: [`Sqlite`] uses Dewar's own table; with the feature `flask`, [`SqlAlchemy`] uses the table of
//! Flask-Session's SQLAlchemy backend.
//!
//! A store has its own threads. Up to 16 threads read. One more thread writes: it runs all waiting writes in one transaction, and answers when
//! it is committed, so that many writes share the cost of one commit. Opening a store starts that thread, and dropping the store ends it. A call
//! that is dropped before a thread starts it is never started. No runtime is needed.
//!
//! Several processes on one machine can share a file. It is switched permanently to [write-ahead logging](https://www.sqlite.org/wal.html): the
//! files `-wal` and `-shm` beside it belong to it. Network drives do not work. If another process keeps the file locked for too long (125 ms),
//! writes fail as [busy](dewar_core::StoreErrorKind::Busy); reads continue.
//!
//! A process that was forked after the store was opened cannot use it: its calls are [refused](dewar_core::StoreErrorKind::Refused). Open the
//! store in each process.
//!
//! If the file is missing (removed, or its disk unmounted), calls fail and no session ends. If another file with the table takes its place, that
//! file is used from then on. If the disk is too full for a tombstone, a session is removed without one.

mod driver;
mod execution;
mod failure;
mod file;
mod identity;
mod opener;
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
pub(crate) use self::stores::schema;
