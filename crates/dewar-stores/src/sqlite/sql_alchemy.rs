//! The store that Flask-Session's SQLAlchemy backend shares.

use std::path::Path;

use super::driver::SqliteFile;
use super::options::SqliteOptions;
use crate::OpenError;
use crate::sql::{self, Flask, SQLITE, SqlStore};

/// Stores sessions where Flask-Session's SQLAlchemy backend stores them if its database is an SQLite file (Flask-Session 0.8, and
/// tables of older ones since 0.3): both may serve the same sessions at the same time.
///
/// Nothing in the table counts writes: an entry is replaced if its payload is the one that was seen. A row without an end has expired,
/// as it has for Flask-Session; a session that never ends is stored until the year 9999. It does not know the entries of an owner.
pub type SqlAlchemy = SqlStore<SqliteFile, Flask>;

impl SqlAlchemy {
    /// Flask-Session's `SESSION_SQLALCHEMY_TABLE` unless it is set.
    pub const TABLE: &str = "sessions";

    /// Opens the file, with the table in it, and starts the thread that writes. What is not there is made, the file so that only
    /// its owner can read it. Takes a moment, and up to 5 seconds if another process holds the file: do it at start.
    ///
    /// # Errors
    /// When the table's name is not of ASCII letters, digits and underscores (64 of them at most), when the file cannot be read and
    /// written, when it is no SQLite database, or its table is not of this shape.
    pub fn open(
        path: impl AsRef<Path>,
        table: &str,
        options: impl Into<SqliteOptions>,
    ) -> Result<Self, OpenError> {
        let file = SqliteFile::open(path.as_ref(), sql::flask_table(&SQLITE, table)?, &options.into())?;
        Ok(Self::flask(file, &SQLITE, table))
    }
}
