//! The engines, and a pool of the program in each.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::Store;
use dewar_servers::Postgres;
use dewar_sqlx::{Engine, SqlxOptions, SqlxStore};
use dewar_stores::sql::{Flask, Native};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, Executor, Pool, Row};
use tempfile::TempDir;

/// An engine with a database for one test.
pub(crate) trait Server: Send + Sync + 'static {
    type DB: Engine;

    /// A pool with at most this many connections.
    async fn pool(&self, connections: u32) -> Pool<Self::DB> {
        PoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(self.address())
            .await
            .unwrap()
    }

    fn address(&self) -> <<Self::DB as sqlx::Database>::Connection as Connection>::Options;

    /// Runs SQL beside the pool, and returns the first column of each row.
    async fn sql(&self, sql: &str) -> String;

    fn is_sqlite(&self) -> bool {
        false
    }
}

/// A file in a folder of its own.
pub(crate) struct SqliteFile(TempDir);

impl SqliteFile {
    pub(crate) fn start() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Server for SqliteFile {
    type DB = sqlx::Sqlite;

    fn address(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(self.0.path().join("shop.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(20))
    }

    async fn sql(&self, sql: &str) -> String {
        let mut conn = SqliteConnection::connect_with(&self.address()).await.unwrap();
        let rows = conn.fetch_all(AssertSqlSafe(sql)).await.unwrap();
        let first = |row: &SqliteRow| row.try_get_unchecked::<String, _>(0).unwrap();
        rows.iter().map(first).collect::<Vec<_>>().join("\n")
    }

    fn is_sqlite(&self) -> bool {
        true
    }
}

impl Server for Postgres {
    type DB = sqlx::Postgres;

    fn address(&self) -> sqlx::postgres::PgConnectOptions {
        self.url().parse().unwrap()
    }

    async fn sql(&self, sql: &str) -> String {
        Self::sql(self, sql).unwrap().trim_end().to_owned()
    }
}

pub(crate) fn create_table() -> SqlxOptions {
    SqlxOptions { create_table: true, timeout: Duration::from_secs(60), ..SqlxOptions::default() }
}

pub(crate) async fn native<DB: Engine>(pool: &Pool<DB>) -> SqlxStore<DB, Native> {
    SqlxStore::<DB, Native>::new(pool.clone(), create_table()).await.unwrap()
}

pub(crate) async fn flask<DB: Engine>(pool: &Pool<DB>) -> SqlxStore<DB, Flask> {
    SqlxStore::<DB, Flask>::new(pool.clone(), SqlxStore::<DB, Flask>::TABLE, create_table()).await.unwrap()
}

/// Dewar's own table and Flask-Session's, in one pool.
pub(crate) async fn both<DB: Engine>(pool: &Pool<DB>) -> [Arc<dyn Store>; 2] {
    [Arc::new(native(pool).await), Arc::new(flask(pool).await)]
}
