//! Sessions in an SQLite file: [`Sqlite`] in a table of our own, [`SqlAlchemy`] in the one that Flask-Session's SQLAlchemy backend
//! keeps.
//!
//! Reads run where they are asked for: they take microseconds. Writes go to one thread, which puts all that wait into one
//! transaction and answers when it is committed, so that many writers share the price of one. Opening a store starts that thread,
//! dropping the store ends it once every write is done. No runtime is needed.
//!
//! Several processes of one machine may share a file. It is switched to
//! [write-ahead logging](https://www.sqlite.org/wal.html) and stays so: beside it lie `-wal` and `-shm`, which belong to it. Network
//! drives will not do. A write that finds the file locked by another process for longer than 200 ms is refused.

mod answers;
mod engine;
mod file;
mod own_table;
mod owners;
mod readers;
mod rows;
mod shape;
mod sqlalchemy;
mod utc_text;
mod writer;

pub use self::file::Synchronous;
pub use self::own_table::Sqlite;
pub use self::sqlalchemy::SqlAlchemy;
