//! The store that Flask-Session's SQLAlchemy backend shares.

use dewar_stores::OpenError;
use dewar_stores::sql::{self, Flask, FlaskTable, SqlStore};
use sqlx::Pool;

use crate::{Engine, SqlxOptions, SqlxPool, SqlxStore, table};

impl<DB: Engine> SqlxStore<DB, Flask> {
    /// The default name of the table: the default of Flask-Session's `SESSION_SQLALCHEMY_TABLE`.
    pub const TABLE: &str = "sessions";

    /// Takes a pool that the program already has, and looks at the table: its name, or a [`FlaskTable`] with a schema.
    ///
    /// # Errors
    /// If a name has other characters than ASCII letters, digits and underscores, or more than 64; if the pool has no connection
    /// in time, the table does not exist and [may not be created](SqlxOptions::create_table), or it has other columns.
    pub async fn new<'a>(
        pool: Pool<DB>,
        names: impl Into<FlaskTable<'a>>,
        options: SqlxOptions,
    ) -> Result<Self, OpenError> {
        let names = names.into();
        table::ensure(&pool, &sql::flask_table(DB::DIALECT, names)?, &options).await?;
        Ok(Self(SqlStore::flask(SqlxPool::new(pool, options), DB::DIALECT, names)))
    }

    /// The SQL that creates the table, for a migration of the program.
    ///
    /// # Errors
    /// If a name has other characters than ASCII letters, digits and underscores, or more than 64.
    pub fn schema<'a>(names: impl Into<FlaskTable<'a>>) -> Result<String, OpenError> {
        sql::flask_table(DB::DIALECT, names).map(|table| table.to_string())
    }
}
