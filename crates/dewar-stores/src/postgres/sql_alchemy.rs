//! The store that Flask-Session's SQLAlchemy backend shares.

use super::driver::PostgresDriver;
use super::opening;
use super::options::PostgresOptions;
use crate::OpenError;
use crate::sql::{self, Flask, FlaskTable, POSTGRES, SqlStore};

/// A session store in the table of Flask-Session's SQLAlchemy backend, in a PostgreSQL database (Flask-Session 0.8, and tables of older versions
/// since 0.3). Flask-Session and this store can serve the same sessions at the same time.
///
/// Nothing in the table counts writes, so an entry is replaced if its payload is the one that was seen. A row without an expiry has expired, as
/// for Flask-Session; a session that never expires is stored until the year 9999. The table has no owners, and
/// room for keys of 255 characters.
pub type SqlAlchemy = SqlStore<PostgresDriver, Flask>;

impl SqlAlchemy {
    /// The default name of the table: the default of Flask-Session's `SESSION_SQLALCHEMY_TABLE`.
    pub const TABLE: &str = "sessions";

    /// Connects to the database at a URL, which may be one of SQLAlchemy (`postgresql+psycopg2://…`), and checks the table. It is created if it
    /// does not exist, as Flask-Session does, and so is the sequence, unless [the options](PostgresOptions::create_table) say otherwise.
    ///
    /// # Errors
    /// As [`Postgres::open`](super::Postgres::open); or if a name in the table has other characters than ASCII letters, digits and underscores,
    /// or more than 64.
    pub async fn open<'a>(
        url: &str,
        table: impl Into<FlaskTable<'a>>,
        options: PostgresOptions,
    ) -> Result<Self, OpenError> {
        let names = table.into();
        let table = sql::flask_table(&POSTGRES, names)?;
        let driver = opening::open(url, &table, &options, true).await?;
        Ok(Self::flask(driver, &POSTGRES, names))
    }
}
