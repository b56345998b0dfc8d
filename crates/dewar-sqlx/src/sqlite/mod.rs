//! SQLite.

mod engine;
mod table;

/// A session store in the table `dewar_sessions` of an SQLite database, in a `SqlitePool` of the program. It can find the entries of an owner.
///
/// Writes wait for the one writer that SQLite has, as long as `busy_timeout` of the pool says. Use the journal mode WAL
/// (`SqliteConnectOptions::journal_mode`), so that reads do not wait. A pool of `sqlite::memory:` must have one connection: each connection
/// has a database of its own there.
pub type Sqlite = crate::SqlxStore<sqlx::Sqlite, dewar_stores::sql::Native>;

/// A session store in the table of Flask-Session's SQLAlchemy backend, in a `SqlitePool` of the program. Flask-Session and this store can serve
/// the same sessions at the same time. The table has no owners.
#[cfg(feature = "flask")]
pub type SqliteSqlAlchemy = crate::SqlxStore<sqlx::Sqlite, dewar_stores::sql::Flask>;
