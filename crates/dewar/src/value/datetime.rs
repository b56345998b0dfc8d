//! Dates and times as Python's `datetime` has them.

/// A Python `datetime`: a date and a time of day to the microsecond, naive or with its offset from UTC. Years 1 to 9999.
///
/// Equality is of all parts: the same moment in two zones is two values, since Python gives the zone back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Seconds from 1970-01-01T00:00:00 to what the wall clock shows, in its own zone.
    wall_seconds: i64,
    micros: u32,
    offset_seconds: Option<i32>,
}

impl DateTime {
    /// Reads Python's `isoformat()`.
    #[must_use]
    pub fn from_iso(_text: &str) -> Option<Self> {
        None
    }
}
