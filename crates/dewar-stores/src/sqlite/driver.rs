//! An SQLite file as an engine: many readers, one writer.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use dewar_core::{StoreError, StoreKey};
use rusqlite::Connection;

use super::options::SqliteOptions;
use super::readers::Readers;
use super::writer::Writer;
use super::{execution, file};
use crate::OpenError;
use crate::pool::Pool;
use crate::sql::{Driver, Outcome, Query, Row, Table, Transaction};

/// An open SQLite file.
pub struct SqliteFile {
    // Dropped first: the last connection that is closed removes the log, which readers cannot do.
    readers: Arc<Readers>,
    pool: Pool,
    writer: Writer,
}

impl SqliteFile {
    /// Opens the file, creates or checks the table, and starts the writer thread.
    pub(super) fn open(path: &Path, table: Table, options: &SqliteOptions) -> Result<Self, OpenError> {
        let path = file::absolute(path)?;
        let SqliteOptions { synchronous, threads, lock_timeout, create } = *options;
        if !create {
            file::check_exists(&path, &table)?;
        }
        let conn = file::open_to_write(&path, &table, synchronous)?;
        let reopened = path.clone();
        let reopen = move || file::reopen_to_write(&reopened, &table, synchronous);
        let writer = Writer::start(path.clone(), conn, lock_timeout, reopen)?;
        let readers = Arc::new(Readers::new(path, lock_timeout));
        Ok(Self { readers, pool: Pool::new("dewar-sqlite-r", threads), writer })
    }

    /// The number of committed transactions.
    pub(super) fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// The threads that read.
    fn pool(&self) -> Result<&Pool, StoreError> {
        self.writer.opener().check().map(|()| &self.pool)
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.opener().check().map(|()| &self.writer)
    }

    fn reading<T>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> impl FnOnce() -> Result<T, StoreError> + Send + 'static {
        let readers = Arc::clone(&self.readers);
        move || readers.read(work).map_err(|failure| failure.to_store_error(readers.path()))
    }
}

/// Reads run on the reader threads, writes on the writer thread.
impl Driver for SqliteFile {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        self.pool()?
            .run(self.reading(move |conn| execution::find(conn, &query.statement, &query.values)))
            .await
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.pool()?.run(self.reading(move |conn| execution::rows(conn, &query))).await
    }

    async fn page(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.pool()?.walk(self.reading(move |conn| execution::rows(conn, &query))).await
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.writer()?.write(move |conn| execution::write(conn, &transaction)).await
    }

    async fn write_if_idle(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        self.writer()?.write_if_idle(move |conn| execution::write(conn, &transaction)).await
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        self.writer()?.write(move |conn| execution::keys(conn, &query)).await
    }
}

impl fmt::Debug for SqliteFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteFile({})", self.readers.path().display())
    }
}
