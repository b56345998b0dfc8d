//! The counter: an entry that holds a pickled integer, and never expires.
//!
//! Counting is best effort, for cachelib's sake. What cannot be counted now is counted with the next entry that is added or removed, and all
//! files are counted when the folder is opened.

use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use dewar::codec::{Codec as _, Pickle};
use dewar::value::Value;

use super::format::CachelibFiles;
use super::record::Record;
use crate::files::failure::Failure;
use crate::files::locks::LockGuard;

/// Short, since the counter is only locked while one small file is written.
const LOCK_TIMEOUT: Duration = Duration::from_millis(5);

impl CachelibFiles {
    /// The number of entries according to the counter. A counter that cannot be read counts as zero.
    pub(super) fn counted(&self) -> io::Result<u64> {
        let record = self.read_unchecked(&self.options.names.counter())?;
        let value = record.and_then(|record| Pickle::default().decode_value(&record.payload).ok());
        Ok(match value {
            Some(Value::Int(count)) => u64::try_from(count).unwrap_or(0),
            _ => 0,
        })
    }

    /// Adds to the counter, or subtracts. Without a threshold the counter is not needed.
    pub(super) fn count(&self, more: i64) {
        if self.options.threshold == 0 || more == 0 {
            return;
        }
        self.uncounted.fetch_add(more, Ordering::Relaxed);
        if let Err(failure) = self.add_uncounted() {
            self.folder.best_effort.skipped("count", &failure);
        }
    }

    /// Counts the files, as cachelib does when it starts.
    pub(super) fn recount(&self) -> Result<(), Failure> {
        if self.options.threshold == 0 {
            return Ok(());
        }
        let _lock = self.lock_counter()?;
        Ok(self.set_counter(self.entries()?.len() as u64)?)
    }

    fn add_uncounted(&self) -> Result<(), Failure> {
        let _lock = self.lock_counter()?;
        let more = self.uncounted.swap(0, Ordering::Relaxed);
        let counted = self.counted().and_then(|count| self.set_counter(count.saturating_add_signed(more)));
        counted.map_err(|error| {
            self.uncounted.fetch_add(more, Ordering::Relaxed);
            Failure::from(error)
        })
    }

    /// Locks the counter. Take this lock after all other locks.
    pub(super) fn lock_counter(&self) -> Result<LockGuard, Failure> {
        self.folder.locks.lock_in_walk("counter", Instant::now() + LOCK_TIMEOUT)
    }

    fn set_counter(&self, count: u64) -> io::Result<()> {
        let count = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let pickle = Pickle::default().encode_value(&count).map_err(io::Error::other)?;
        self.write_file(&self.options.names.counter(), &Record::new(None, pickle.into()))
    }
}
