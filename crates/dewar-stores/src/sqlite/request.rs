//! Calls that wait for the writer thread.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar_core::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::failure::Failure;

/// A call that is first run, then answered.
pub(super) trait Request: Send {
    /// Runs the call. It may run again if what it did was rolled back.
    fn run(&mut self, conn: &Connection) -> Result<(), Arc<rusqlite::Error>>;

    fn answer(self: Box<Self>, transaction: &Result<(), Failure>, path: &Path);

    /// Whether its caller is gone.
    fn is_abandoned(&self) -> bool;

    /// Whether it has waited for a lock for as long as it may.
    fn is_impatient(&self) -> bool;
}

pub(super) struct Work<F, T> {
    work: F,
    done: Option<Result<T, Arc<rusqlite::Error>>>,
    /// Until when it waits for a lock.
    until: Instant,
    asker: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Work<F, T> {
    /// Work that waits at most this long for a lock of another process.
    pub(super) fn new(
        work: F,
        lock_timeout: Duration,
        asker: oneshot::Sender<Result<T, StoreError>>,
    ) -> Self {
        Self { work, done: None, until: Instant::now() + lock_timeout, asker }
    }
}

impl<F, T> Request for Work<F, T>
where
    F: Fn(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn run(&mut self, conn: &Connection) -> Result<(), Arc<rusqlite::Error>> {
        let done = (self.work)(conn).map_err(Arc::new);
        let result = done.as_ref().map(|_| ()).map_err(Arc::clone);
        self.done = Some(done);
        result
    }

    fn answer(self: Box<Self>, transaction: &Result<(), Failure>, path: &Path) {
        let answer = match (transaction, self.done) {
            (Err(failure), _) => Err(failure.to_store_error(path)),
            (Ok(()), Some(done)) => done.map_err(|error| Failure::Undone(error).to_store_error(path)),
            (Ok(()), None) => Err(Failure::RemovedDuringWrite.to_store_error(path)),
        };
        // The caller may be gone.
        _ = self.asker.send(answer);
    }

    fn is_abandoned(&self) -> bool {
        self.asker.is_closed()
    }

    fn is_impatient(&self) -> bool {
        Instant::now() >= self.until
    }
}
