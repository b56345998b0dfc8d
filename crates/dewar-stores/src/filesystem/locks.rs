//! One process and thread at a time, for each shard and for each shard of owners.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use dewar::clock::UnixTime;

use super::files;
use super::name::Name;

/// The lock files. They hold locks on what is elsewhere and stay when it goes.
#[derive(Debug, Clone)]
pub(super) struct Locks {
    folder: PathBuf,
}

/// Locks that are released when this is dropped, and by the kernel when the process ends.
pub(super) struct Held {
    owner: Option<File>,
    shards: Vec<File>,
}

impl Locks {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Waits for the locks of an owner and of entries, always in the same order: the owner's, then the shards' by name.
    pub(super) fn hold(&self, owner: Option<&Name>, entries: &[&Name]) -> io::Result<Held> {
        let mut shards: Vec<_> = entries.iter().map(|name| name.shard()).collect();
        shards.sort_unstable();
        // Locks belong to an open file: a second one of the same shard would wait for the first for ever.
        shards.dedup();
        let mut held = Held { owner: None, shards: Vec::new() };
        if let Some(owner) = owner {
            held.owner = Some(self.lock(&format!("owners-{}", owner.shard()))?);
        }
        for shard in shards {
            held.shards.push(self.lock(shard)?);
        }
        Ok(held)
    }

    /// Waits for the lock of a shard of which no entry is known yet.
    pub(super) fn hold_shard(&self, shard: &str) -> io::Result<Held> {
        Ok(Held { owner: None, shards: vec![self.lock(shard)?] })
    }

    fn lock(&self, name: &str) -> io::Result<File> {
        let path = self.folder.join(name);
        let file =
            files::open(OpenOptions::new().read(true).write(true).create(true).truncate(false), &path)?;
        loop {
            match file.lock() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                answer => return answer.map(|()| file),
            }
        }
    }
}

impl Held {
    /// A number greater than all that came before for this owner, also if the clock stands still; 0 without an owner.
    ///
    /// The last one is kept in the lock file. Should that be lost in a crash, the time stands in for it.
    pub(super) fn next_place(&self, now: UnixTime) -> io::Result<u64> {
        let Some(file) = &self.owner else { return Ok(0) };
        let mut bytes = [0; 8];
        match file.read_exact_at(&mut bytes, 0) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => bytes = [0; 8],
            answer => answer?,
        }
        let place = u64::from_be_bytes(bytes).saturating_add(1).max(of_time(now));
        file.write_all_at(&place.to_be_bytes(), 0)?;
        Ok(place)
    }
}

/// Leaves room for a million comers in a millisecond, until the year 2248.
fn of_time(now: UnixTime) -> u64 {
    u64::try_from(now.millis()).unwrap_or(0).min(1 << 43) << 20
}

impl Drop for Held {
    fn drop(&mut self) {
        for file in self.shards.iter().chain(&self.owner) {
            // Not left to closing: a process that forked meanwhile has the file open, too.
            let _ = file.unlock();
        }
    }
}
