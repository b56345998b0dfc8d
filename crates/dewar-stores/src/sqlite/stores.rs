//! The store.

use std::path::Path;

use super::driver::SqliteFile;
use super::options::SqliteOptions;
use crate::OpenError;
use crate::sql::{self, Native, SQLITE, SqlStore};

/// Stores sessions in the table `dewar_sessions` of an SQLite file. It knows the entries of an owner.
///
/// An entry is replaced if its number is the one that was seen. Numbers are given once, also by several processes.
pub type Sqlite = SqlStore<SqliteFile, Native>;

impl Sqlite {
    /// Opens the file, with the table in it, and starts the thread that writes. What is not there is made, the file so that only
    /// its owner can read it. Takes a moment, and up to 5 seconds if another process holds the file: do it at start.
    ///
    /// # Errors
    /// When the file cannot be read and written, when it is no SQLite database, or its table `dewar_sessions` is not of this shape.
    pub fn open(path: impl AsRef<Path>, options: impl Into<SqliteOptions>) -> Result<Self, OpenError> {
        let file = SqliteFile::open(path.as_ref(), sql::native_table(&SQLITE), &options.into())?;
        Self::native(file, &SQLITE)
    }
}

impl<S> SqlStore<SqliteFile, S> {
    /// How many transactions were committed since it was opened: fewer than there were writes, if many wrote at once.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.driver.commits()
    }
}
