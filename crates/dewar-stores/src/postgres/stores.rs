//! The store.

use super::driver::PostgresDriver;
use super::opening;
use super::options::PostgresOptions;
use crate::OpenError;
use crate::sql::{self, Native, POSTGRES, SqlStore};

/// A session store in the table `dewar_sessions` of a PostgreSQL database. It can find the entries of an owner.
///
/// An entry is replaced if its revision number is the one that was seen. No number is used twice, even by several processes.
pub type Postgres = SqlStore<PostgresDriver, Native>;

impl Postgres {
    /// Connects to the database at a URL, and checks the table: `postgresql://user:password@host:5432/database`. [What may follow after a `?`
    /// ](super#urls) is described in the module.
    ///
    /// # Errors
    /// If the URL is wrong, no server answers within a second, the server refuses, the table `dewar_sessions` is missing and
    /// [not to be created](PostgresOptions::create_table), it has other columns, or the user may not read and write it. The error says what to
    /// do, in one line, and never contains a password.
    pub async fn open(url: &str, options: PostgresOptions) -> Result<Self, OpenError> {
        let driver = opening::open(url, &sql::native_table(&POSTGRES), &options, false).await?;
        Self::native(driver, &POSTGRES)
    }
}

/// The SQL that creates the table of [`Postgres`] and its indexes.
pub(crate) fn schema() -> String {
    sql::native_table(&POSTGRES).to_string()
}
