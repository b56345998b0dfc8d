//! A pool of connections that only read.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::failure::Failure;
use super::file;
use super::identity::{Connected, Identity};
use super::opener::Opener;

pub(super) struct Readers {
    path: PathBuf,
    lock_timeout: Duration,
    /// At most one connection for each thread that reads.
    idle: Mutex<Vec<Connected>>,
    opener: Opener,
}

impl Readers {
    pub(super) fn new(path: PathBuf, lock_timeout: Duration) -> Self {
        Self { path, lock_timeout, idle: Mutex::default(), opener: Opener::this_process() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads, and checks that the file is still the same afterwards.
    pub(super) fn read<T>(&self, work: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, Failure> {
        loop {
            let idle = self.idle().pop();
            let is_new = idle.is_none();
            let conn = match idle {
                Some(conn) => conn,
                None => file::open_to_read(&self.path, self.lock_timeout)?,
            };
            let answer = work(&conn.1);
            if Identity::from_path(&self.path)? == conn.0 {
                // A connection that failed is not used again.
                let answer = answer.map_err(Failure::undone)?;
                self.idle().push(conn);
                return Ok(answer);
            }
            // The file was replaced: old connections are closed one after the other.
            if is_new {
                return Err(Failure::Gone);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connected>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        if self.opener.is_another() {
            mem::forget(mem::take(&mut *self.idle()));
        }
    }
}
