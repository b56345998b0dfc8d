//! Locks between threads and processes, one file each. A lock is tried for a limited time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::disk;
use super::failure::Failure;
use super::turns::{NotNow, Turn, Turns};
use crate::lock_timeout;

/// The lock files of a store. They protect other files, and stay when those are removed.
#[derive(Debug, Clone)]
pub(super) struct Locks {
    pub(super) folder: PathBuf,
    turns: Arc<Turns>,
    /// How long a write tries to get a lock.
    pub(super) timeout: Duration,
}

/// The turns to try locks, in the order in which they are locked.
#[derive(Debug)]
pub(super) struct LockTurns {
    owner: Option<Turn>,
    shards: Vec<Turn>,
}

/// Locks that are released when this is dropped, and by the kernel when the process ends.
#[derive(Debug)]
pub(super) struct LockGuard {
    owner: Option<File>,
    shards: Vec<File>,
    /// Released after the locks.
    _turns: Vec<Turn>,
}

impl Locks {
    pub(super) fn new(folder: PathBuf, timeout: Duration) -> Self {
        Self { folder, turns: Arc::default(), timeout }
    }

    /// Waits, without blocking a thread, for the turns to try the locks of an owner and of shards. The order is always the same: first the
    /// owner's lock, then the shards' by name.
    pub(super) async fn turns(
        &self,
        owner: Option<&str>,
        shards: impl Iterator<Item = &str>,
    ) -> Result<LockTurns, Failure> {
        let mut turns = LockTurns { owner: None, shards: Vec::new() };
        if let Some(owner) = owner {
            turns.owner = Some(self.turn(owner).await?);
        }
        for shard in in_order(shards) {
            turns.shards.push(self.turn(shard).await?);
        }
        Ok(turns)
    }

    /// Takes the locks, and tries for as long as a write may.
    pub(super) fn lock(&self, turns: LockTurns) -> Result<LockGuard, Failure> {
        self.lock_until(turns, Instant::now() + self.timeout)
    }

    /// Takes the locks, and tries for as long as a touch may, unless another thread is trying.
    pub(super) fn lock_to_touch<'a>(
        &self,
        shards: impl Iterator<Item = &'a str>,
    ) -> Result<LockGuard, Failure> {
        let turn = |shard| self.turns.now(shard).map_err(|NotNow| self.busy(shard));
        let shards = in_order(shards).into_iter().map(turn).collect::<Result<_, _>>()?;
        self.lock_until(LockTurns { owner: None, shards }, Instant::now() + lock_timeout::TOUCH)
    }

    /// Takes one lock in a walk through many. It needs no turn, since the walk has already waited for other threads.
    pub(super) fn lock_in_walk(&self, name: &str, until: Instant) -> Result<LockGuard, Failure> {
        let file = lock(&self.folder.join(name), until)?;
        Ok(LockGuard { owner: None, shards: vec![file], _turns: Vec::new() })
    }

    fn lock_until(&self, turns: LockTurns, until: Instant) -> Result<LockGuard, Failure> {
        let mut guard = LockGuard { owner: None, shards: Vec::new(), _turns: Vec::new() };
        if let Some(turn) = turns.owner {
            guard.owner = Some(self.try_lock(&turn, until)?);
            guard._turns.push(turn);
        }
        for turn in turns.shards {
            guard.shards.push(self.try_lock(&turn, until)?);
            guard._turns.push(turn);
        }
        Ok(guard)
    }

    fn try_lock(&self, turn: &Turn, until: Instant) -> Result<File, Failure> {
        let file = lock(&self.folder.join(turn.lock()), until);
        turn.tried(!matches!(file, Err(Failure::Busy(_))));
        file
    }

    async fn turn(&self, lock: &str) -> Result<Turn, Failure> {
        self.turns.wait(lock).await.map_err(|NotNow| self.busy(lock))
    }

    fn busy(&self, lock: &str) -> Failure {
        Failure::Busy(self.folder.join(lock))
    }
}

impl LockGuard {
    /// The lock file of the owner.
    pub(super) fn owner(&self) -> Option<&File> {
        self.owner.as_ref()
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        for file in self.shards.iter().chain(&self.owner) {
            // Unlocked explicitly: after a fork the child has the file open, too, so closing would not unlock it.
            let _ = file.unlock();
        }
    }
}

/// Sorted, and without duplicates: a lock belongs to an open file, so a second lock of the same shard would wait for the first one forever.
fn in_order<'a>(shards: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut shards: Vec<_> = shards.collect();
    shards.sort_unstable();
    shards.dedup();
    shards
}

/// Locks a file until it is unlocked or this process ends.
///
/// While it waits, it holds a lock on a second file. So a process with many writes in a row cannot keep the lock from another process that only
/// tries at intervals.
fn lock(path: &Path, until: Instant) -> Result<File, Failure> {
    let next = try_until(&path.with_extension("next"), until).map_err(|failure| match failure {
        Failure::Busy(_) => Failure::Busy(path.to_owned()),
        failure => failure,
    })?;
    let locked = try_until(path, until);
    // Unlocked explicitly: after a fork the child has the file open, too, so closing would not unlock it.
    let _ = next.unlock();
    locked
}

fn try_until(path: &Path, until: Instant) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    let file = disk::open(options.read(true).write(true).create(true).truncate(false), path)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                return Err(Failure::Busy(path.to_owned()));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(lock_timeout::pause(began.elapsed())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_file_is_given_up_and_locked_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let locked = lock(&path, Instant::now()).unwrap();
        let refused = lock(&path, Instant::now() + Duration::from_millis(1)).unwrap_err();
        assert!(matches!(refused, Failure::Busy(named) if named == path));
        locked.unlock().unwrap();
        lock(&path, Instant::now()).unwrap();
    }
}
