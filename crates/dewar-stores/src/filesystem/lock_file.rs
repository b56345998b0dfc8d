//! Locks of files, tried for a while and then given up.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::failed::Failed;
use super::files;

/// How long a write tries a lock that another holds: half of what a [`Guard`](crate::guard::Guard) waits for an answer.
pub(crate) const WRITE_TRIES: Duration = Duration::from_millis(125);

/// How long a touch does, which can wait for the next read.
pub(crate) const TOUCH_TRIES: Duration = Duration::from_millis(10);

/// A lock file that is ours until it is unlocked, or this process ends.
pub(crate) fn lock(path: &Path, until: Instant) -> Result<File, Failed> {
    let mut options = OpenOptions::new();
    let file = files::open(options.read(true).write(true).create(true).truncate(false), path)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                return Err(Failed::Busy(path.to_owned()));
            }
            Err(TryLockError::WouldBlock) => thread::sleep(pause(began.elapsed())),
        }
    }
}

/// Short at first: most locks are held for one write. A process with many writes in a row leaves a tenth of a millisecond between two.
fn pause(waited: Duration) -> Duration {
    (waited / 64).clamp(Duration::from_micros(100), Duration::from_millis(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_often_at_first_and_never_less_than_every_two_milliseconds() {
        for (waited, expected) in [(0, 100), (1_000, 100), (64_000, 1_000), (10_000_000, 2_000)] {
            assert_eq!(pause(Duration::from_micros(waited)), Duration::from_micros(expected));
        }
    }

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
