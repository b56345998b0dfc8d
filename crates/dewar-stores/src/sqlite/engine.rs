//! One file, many readers, one writer.

use std::path::Path;

use dewar::store::StoreError;
use rusqlite::Connection;

use super::file::{self, Synchronous};
use super::readers::Readers;
use super::shape::Shape;
use super::writer::Writer;
use crate::OpenError;

pub(super) struct Engine {
    // Dropped first: whoever closes the file last clears the log away, and readers cannot.
    readers: Readers,
    writer: Writer,
}

impl Engine {
    /// Opens the file, sees to the table and starts the thread that writes.
    pub(super) fn open(path: &Path, shape: &Shape<'_>, synchronous: Synchronous) -> Result<Self, OpenError> {
        let path = file::absolute(path)?;
        let writer = Writer::start(file::open_to_write(&path, shape, synchronous)?)?;
        Ok(Self { readers: Readers::new(path), writer })
    }

    pub(super) fn path(&self) -> &Path {
        self.readers.path()
    }

    /// Reads, here and now.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.readers.read(work)
    }

    /// Writes, in a transaction with others. Work of more than one write belongs into [`all_or_nothing`](super::writer::all_or_nothing).
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write(work).await
    }

    /// How many transactions were committed.
    pub(super) fn commits(&self) -> u64 {
        self.writer.commits()
    }
}
