//! The database: an SQLite file with users and orders.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};

use crate::Error;

/// Users and orders. It is cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pub(crate) pool: SqlitePool,
}

impl Database {
    /// Opens the file, and creates it with its tables if it is not there.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub async fn open(file: impl AsRef<Path>) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).foreign_keys(true);
        let pool = SqlitePool::connect_with(options).await?;
        sqlx::raw_sql(include_str!("../schema.sql")).execute(&pool).await?;
        Ok(Self { pool })
    }

    /// Closes it, once what is under way is done.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
