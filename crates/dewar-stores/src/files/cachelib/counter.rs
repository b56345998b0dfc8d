//! The counter: an entry that holds a pickled integer, and never ends.
//!
//! To count is a courtesy to cachelib. What cannot be counted now is counted with the next one that comes or goes, and all files are
//! counted when the folder is opened.

use std::io;
use std::sync::atomic::Ordering;

use dewar::codec::{Codec as _, Pickle};
use dewar::value::Value;

use super::entry_files::EntryFiles;
use super::record::Record;
use crate::files::failed::Failed;

impl EntryFiles {
    /// How many entries there are, as the counter has it. One that cannot be read counts as zero.
    pub(super) fn counted(&self) -> io::Result<u64> {
        let record = self.read(&self.options.names.counter())?;
        let value = record.and_then(|record| Pickle::default().decode_value(&record.payload).ok());
        Ok(match value {
            Some(Value::Int(count)) => u64::try_from(count).unwrap_or(0),
            _ => 0,
        })
    }

    /// Counts so many more, or less. Without a threshold nobody asks.
    pub(super) fn count(&self, more: i64) {
        if self.options.threshold == 0 || more == 0 {
            return;
        }
        self.uncounted.fetch_add(more, Ordering::Relaxed);
        if let Err(failed) = self.count_what_is_uncounted() {
            self.courtesies.left("count", &failed);
        }
    }

    /// Counts the files, as cachelib does when it starts.
    pub(super) fn recount(&self) -> Result<(), Failed> {
        if self.options.threshold == 0 {
            return Ok(());
        }
        let _held = self.locks.hold_counter()?;
        Ok(self.set_counter(self.entries()?.len() as u64)?)
    }

    fn count_what_is_uncounted(&self) -> Result<(), Failed> {
        let _held = self.locks.hold_counter()?;
        let more = self.uncounted.swap(0, Ordering::Relaxed);
        let counted = self.counted().and_then(|count| self.set_counter(count.saturating_add_signed(more)));
        counted.map_err(|error| {
            self.uncounted.fetch_add(more, Ordering::Relaxed);
            Failed::from(error)
        })
    }

    fn set_counter(&self, count: u64) -> io::Result<()> {
        let count = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let pickle = Pickle::default().encode_value(&count).map_err(io::Error::other)?;
        self.write(&self.options.names.counter(), &Record::new(None, pickle.into()))
    }
}
