//! One process and thread at a time, for each sixteenth of the entries, and for the counter.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::names;
use crate::filesystem::files;

/// The lock files.
#[derive(Debug)]
pub(super) struct Locks {
    folder: PathBuf,
}

/// Locks that are released when this is dropped, and by the kernel when the process ends.
pub(super) struct Held(Vec<File>);

impl Locks {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Waits for the locks of files of these names, always in the same order.
    pub(super) fn hold<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> io::Result<Held> {
        let mut shards: Vec<_> = names.into_iter().map(names::shard).collect();
        shards.sort_unstable();
        // Locks belong to an open file: a second one of the same shard would wait for the first for ever.
        shards.dedup();
        let mut held = Held(Vec::new());
        for shard in shards {
            held.0.push(self.lock(shard)?);
        }
        Ok(held)
    }

    /// Waits for the lock of the counter, which is taken after all others.
    pub(super) fn hold_counter(&self) -> io::Result<Held> {
        Ok(Held(vec![self.lock("counter")?]))
    }

    fn lock(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = files::open(options.read(true).write(true).create(true), &self.folder.join(name))?;
        loop {
            match file.lock() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                answer => return answer.map(|()| file),
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        for file in &self.0 {
            // Not left to closing: a process that forked meanwhile has the file open, too.
            let _ = file.unlock();
        }
    }
}
