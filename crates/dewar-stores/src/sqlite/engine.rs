//! One file, many readers, one writer.

use std::path::Path;
use std::sync::Arc;

use dewar_core::StoreError;
use rusqlite::Connection;

use super::file;
use super::options::SqliteOptions;
use super::readers::Readers;
use super::shape::Shape;
use super::writer::Writer;
use crate::OpenError;
use crate::pool::Pool;

pub(super) struct Engine {
    // Dropped first: whoever closes the file last clears the log away, and readers cannot.
    readers: Arc<Readers>,
    pool: Pool,
    writer: Writer,
}

impl Engine {
    /// Opens the file, sees to the table and starts the thread that writes.
    pub(super) fn open(path: &Path, shape: Shape, options: &SqliteOptions) -> Result<Self, OpenError> {
        let path = file::absolute(path)?;
        let SqliteOptions { synchronous, threads, lock_timeout } = *options;
        let conn = file::open_to_write(&path, &shape, synchronous)?;
        let reopened = path.clone();
        let reopen = move || file::reopen_to_write(&reopened, &shape, synchronous);
        let writer = Writer::start(path.clone(), conn, lock_timeout, reopen)?;
        let readers = Arc::new(Readers::new(path, lock_timeout));
        Ok(Self { readers, pool: Pool::new("dewar-sqlite-r", threads), writer })
    }

    pub(super) fn path(&self) -> &Path {
        self.readers.path()
    }

    /// Reads, on a thread that may wait for the disk.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.run(self.reading(work)).await
    }

    /// Reads much, with few of the threads.
    pub(super) async fn read_much<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.walk(self.reading(work)).await
    }

    fn reading<T>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> impl FnOnce() -> Result<T, StoreError> + Send + 'static {
        let readers = Arc::clone(&self.readers);
        move || readers.read(work).map_err(|failure| failure.to_store_error(readers.path()))
    }

    /// Writes, in a transaction with others. Work of more than one write belongs into
    /// [`all_or_nothing`](super::transaction::all_or_nothing).
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write(work).await
    }

    /// Writes what can be left for another time.
    pub(super) async fn write_if_idle<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write_if_idle(work).await
    }

    /// How many transactions were committed.
    pub(super) fn commits(&self) -> u64 {
        self.writer.commits()
    }
}
