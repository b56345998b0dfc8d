//! The counter: an entry that holds a pickled integer, and never ends.

use std::io;

use dewar::codec::Pickle;
use dewar::value::Value;

use super::record::Record;
use super::shelf::Shelf;

impl Shelf {
    /// How many entries there are, as the counter has it. One that cannot be read counts as zero.
    pub(super) fn counted(&self) -> io::Result<u64> {
        let record = self.at(&self.options.names.counter())?;
        let value = record.and_then(|record| Pickle::default().decode_value(&record.payload).ok());
        Ok(match value {
            Some(Value::Int(count)) => u64::try_from(count).unwrap_or(0),
            _ => 0,
        })
    }

    /// Counts so many more, or less. Without a threshold nobody asks.
    pub(super) fn count(&self, more: i64) -> io::Result<()> {
        if self.options.threshold == 0 {
            return Ok(());
        }
        let _held = self.locks.hold_counter()?;
        let count = self.counted()?.saturating_add_signed(more);
        self.set_counter(count)
    }

    /// Counts the files, as cachelib does when it starts.
    pub(super) fn recount(&self) -> io::Result<()> {
        if self.options.threshold == 0 {
            return Ok(());
        }
        let _held = self.locks.hold_counter()?;
        self.set_counter(self.entries()?.len() as u64)
    }

    fn set_counter(&self, count: u64) -> io::Result<()> {
        let count = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let pickle = Pickle::default().encode_value(&count).map_err(io::Error::other)?;
        self.write(&self.options.names.counter(), &Record::new(None, pickle.into()))
    }
}
