//! Locks of files, tried for a while and then given up.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Instant;

use super::failed::Failed;
use crate::files::file;
use crate::tries;

/// A lock file that is ours until it is unlocked, or this process ends.
///
/// Whoever waits for it has a lock on the file beside it meanwhile. So a process with many writes in a row does not take the lock again
/// before another has had its turn, who only looks every now and then.
pub(crate) fn lock(path: &Path, until: Instant) -> Result<File, Failed> {
    let next = try_until(&path.with_extension("next"), until).map_err(|failed| match failed {
        Failed::Busy(_) => Failed::Busy(path.to_owned()),
        failed => failed,
    })?;
    let held = try_until(path, until);
    // Not left to closing: a process that forked meanwhile has the file open, too.
    let _ = next.unlock();
    held
}

fn try_until(path: &Path, until: Instant) -> Result<File, Failed> {
    let mut options = OpenOptions::new();
    let file = file::open(options.read(true).write(true).create(true).truncate(false), path)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                return Err(Failed::Busy(path.to_owned()));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(tries::pause(began.elapsed())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_lock_that_is_held_is_given_up_and_had_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path, Instant::now()).unwrap();
        let refused = lock(&path, Instant::now() + Duration::from_millis(1)).unwrap_err();
        assert!(matches!(refused, Failed::Busy(named) if named == path));
        held.unlock().unwrap();
        lock(&path, Instant::now()).unwrap();
    }
}
