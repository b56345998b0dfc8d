//! The store.

use std::path::Path;

use super::driver::SqliteFile;
use super::options::SqliteOptions;
use crate::OpenError;
use crate::sql::{self, Native, SQLITE, SqlStore};

/// A session store in the table `dewar_sessions` of an SQLite file. It can find the entries of an owner.
///
/// An entry is replaced if its revision number is the one that was seen. No number is used twice, even by several processes.
pub type Sqlite = SqlStore<SqliteFile, Native>;

impl Sqlite {
    /// Opens the file, and starts the thread that writes. The file and the table are created if they do not exist; only the user who runs the
    /// process can read the file. This blocks for a moment, or for up to 5 seconds if another process locks the file: open the store when the
    /// program starts.
    ///
    /// # Errors
    /// If the file cannot be read and written, it is not an SQLite database, or its table `dewar_sessions` has other columns.
    pub fn open(path: impl AsRef<Path>, options: impl Into<SqliteOptions>) -> Result<Self, OpenError> {
        let file = SqliteFile::open(path.as_ref(), sql::native_table(&SQLITE), &options.into())?;
        Self::native(file, &SQLITE)
    }
}

/// The SQL that creates the table of [`Sqlite`] and its indexes.
pub(crate) fn schema() -> String {
    sql::native_table(&SQLITE).to_string()
}

impl<S> SqlStore<SqliteFile, S> {
    /// The number of transactions that were committed since the store was opened. It is less than the number of writes if many came at once.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.driver.commits()
    }
}
