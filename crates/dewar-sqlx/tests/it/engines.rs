//! The engines, and a pool of the program in each.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::Store;
use dewar_servers::{MariaDb, Postgres};
use dewar_sqlx::{Engine, SqlxOptions, SqlxStore};
use dewar_stores::sql::{Flask, Native};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, Executor, Pool, Row};
use tempfile::TempDir;

/// How a connection to a database is made.
pub(crate) type Options<DB> = <<DB as sqlx::Database>::Connection as Connection>::Options;

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

    fn address(&self) -> Options<Self::DB>;

    /// Runs SQL beside the pool, and returns the first column of each row.
    async fn sql(&self, sql: &str) -> String;

    fn is_sqlite(&self) -> bool {
        false
    }

    fn key_column(&self) -> &'static str {
        "key"
    }

    /// The table of Flask-Session with room for every key and payload of the contract.
    fn roomy_table(&self) -> &'static str;

    /// The resolution of its times.
    fn precision(&self) -> Duration {
        Duration::from_millis(1)
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

    fn roomy_table(&self) -> &'static str {
        "CREATE TABLE sessions (id INTEGER PRIMARY KEY, session_id TEXT UNIQUE, data BLOB, expiry DATETIME)"
    }
}

impl Server for Postgres {
    type DB = sqlx::Postgres;

    fn roomy_table(&self) -> &'static str {
        "CREATE TABLE sessions (id SERIAL PRIMARY KEY, session_id TEXT UNIQUE, data BYTEA, expiry TIMESTAMP)"
    }

    fn address(&self) -> sqlx::postgres::PgConnectOptions {
        self.url().parse().unwrap()
    }

    async fn sql(&self, sql: &str) -> String {
        Self::sql(self, sql).unwrap().trim_end().to_owned()
    }
}

impl Server for MariaDb {
    type DB = sqlx::MySql;

    fn address(&self) -> MySqlConnectOptions {
        self.url().parse().unwrap()
    }

    async fn sql(&self, sql: &str) -> String {
        Self::sql(self, sql).unwrap().trim_end().to_owned()
    }

    fn key_column(&self) -> &'static str {
        "`key`"
    }

    fn roomy_table(&self) -> &'static str {
        "CREATE TABLE sessions (id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, session_id VARBINARY(512) UNIQUE, \
         data LONGBLOB, expiry DATETIME)"
    }

    fn precision(&self) -> Duration {
        Duration::from_secs(1)
    }
}

/// A server that can fail, or become the wrong one.
pub(crate) trait Failing: Server {
    fn port(&self) -> u16;
    fn kill(&mut self);
    fn restart(&mut self);
    fn freeze(&self);
    fn thaw(&self);

    /// Another address of the same database.
    fn at(&self, port: u16) -> Options<Self::DB>;

    /// From now on it only reads, as a replica does.
    async fn only_reads(&self);

    /// The SQL that gives a connection this isolation level.
    fn isolation(level: &str) -> String;

    /// The number of writes that wait for others.
    async fn waiting(&self) -> String;
}

macro_rules! of_the_process {
    () => {
        fn port(&self) -> u16 {
            dewar_servers::Instance::port(self)
        }

        fn kill(&mut self) {
            dewar_servers::Instance::kill(self);
        }

        fn restart(&mut self) {
            dewar_servers::Instance::restart(self).unwrap();
        }

        fn freeze(&self) {
            self.stop().unwrap();
        }

        fn thaw(&self) {
            self.cont().unwrap();
        }
    };
}

impl Failing for Postgres {
    of_the_process!();

    fn at(&self, port: u16) -> Options<Self::DB> {
        self.address().port(port)
    }

    async fn only_reads(&self) {
        Server::sql(self, "ALTER SYSTEM SET default_transaction_read_only = on").await;
        Server::sql(self, "SELECT pg_reload_conf()").await;
    }

    fn isolation(level: &str) -> String {
        format!("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}")
    }

    async fn waiting(&self) -> String {
        Server::sql(self, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").await
    }
}

impl Failing for MariaDb {
    of_the_process!();

    /// As a user whom `read_only` stops, unlike root.
    fn at(&self, port: u16) -> Options<Self::DB> {
        Self::sql(self, "CREATE USER IF NOT EXISTS shop").unwrap();
        Self::sql(self, "GRANT ALL ON test.* TO shop").unwrap();
        self.address().port(port).username("shop")
    }

    async fn only_reads(&self) {
        Server::sql(self, "SET GLOBAL read_only = ON").await;
    }

    fn isolation(level: &str) -> String {
        format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}")
    }

    async fn waiting(&self) -> String {
        let waiting = "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
        Server::sql(self, waiting).await
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
