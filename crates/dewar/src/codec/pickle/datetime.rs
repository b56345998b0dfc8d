//! The ten bytes in which Python pickles a `datetime`, as they are written.

use crate::calendar::Civil;
use crate::value::DateTime;

/// The state of a datetime.
pub(super) fn write(date: DateTime) -> Option<[u8; 10]> {
    let wall = date.utc_seconds() + i64::from(date.offset_seconds().unwrap_or(0));
    let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(wall)?;
    let [.., high, low] = year.to_be_bytes();
    let [_, m2, m1, m0] = date.micros().to_be_bytes();
    Some([high, low, month, day, hour, minute, second, m2, m1, m0])
}
