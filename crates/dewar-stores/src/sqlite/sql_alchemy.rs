//! The store that Flask-Session's SQLAlchemy backend shares.

use std::path::Path;

use super::driver::SqliteFile;
use super::options::SqliteOptions;
use crate::OpenError;
use crate::sql::{self, Flask, SQLITE, SqlStore};

/// A session store in the table of Flask-Session's SQLAlchemy backend, in an SQLite file (Flask-Session 0.8, and tables of older versions since
/// 0.3). Flask-Session and this store can serve the same sessions at the same time.
///
/// Nothing in the table counts writes, so an entry is replaced if its payload is the one that was seen. A row without an expiry has expired, as
/// for Flask-Session; a session that never expires is stored until the year 9999. The table has no owners.
pub type SqlAlchemy = SqlStore<SqliteFile, Flask>;

impl SqlAlchemy {
    /// The default name of the table: the default of Flask-Session's `SESSION_SQLALCHEMY_TABLE`.
    pub const TABLE: &str = "sessions";

    /// Opens the file, and starts the thread that writes. The file and the table are created if they do not exist; only the user who runs the
    /// process can read the file. This blocks for a moment, or for up to 5 seconds if another process locks the file: open the store when the
    /// program starts.
    ///
    /// # Errors
    /// If the name of the table has other characters than ASCII letters, digits and underscores, or more than 64; if the file cannot be read and
    /// written, it is not an SQLite database, or its table has other columns.
    pub fn open(
        path: impl AsRef<Path>,
        table: &str,
        options: impl Into<SqliteOptions>,
    ) -> Result<Self, OpenError> {
        let file = SqliteFile::open(path.as_ref(), sql::flask_table(&SQLITE, table)?, &options.into())?;
        Ok(Self::flask(file, &SQLITE, table))
    }
}
