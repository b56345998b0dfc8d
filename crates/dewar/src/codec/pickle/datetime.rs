//! The ten bytes in which Python pickles a `datetime`: year, month, day, hour, minute, second, microseconds.

use crate::civil::Civil;
use crate::value::DateTime;

/// Which of two hours it is, when clocks are put back.
const FOLD: u8 = 0x80;

/// The datetime of a state, with its offset from UTC or naive. The fold, in the month's highest bit, is let go.
pub(super) fn read(state: &[u8], offset: Option<i32>) -> Option<DateTime> {
    let &[high, low, month, day, hour, minute, second, m2, m1, m0] = state else { return None };
    let year = i64::from(u16::from_be_bytes([high, low]));
    let micros = u32::from_be_bytes([0, m2, m1, m0]);
    let wall = Civil { year, month: month & !FOLD, day, hour, minute, second }.to_seconds()?;
    match offset {
        None => DateTime::naive(wall, micros),
        Some(offset) => DateTime::aware(wall - i64::from(offset), micros, offset),
    }
}

/// The state of a datetime.
pub(super) fn write(date: DateTime) -> Option<[u8; 10]> {
    let wall = date.utc_seconds() + i64::from(date.offset_seconds().unwrap_or(0));
    let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(wall)?;
    let [.., high, low] = year.to_be_bytes();
    let [_, m2, m1, m0] = date.micros().to_be_bytes();
    Some([high, low, month, day, hour, minute, second, m2, m1, m0])
}

/// The offset of `timedelta(days, seconds, microseconds)`, if it is one that a zone can have, in whole seconds.
pub(super) fn offset(days: i64, seconds: i64, micros: i64) -> Option<i32> {
    let total = days.checked_mul(86_400)?.checked_add(seconds)?;
    i32::try_from(total).ok().filter(|total| micros == 0 && (-86_399..=86_399).contains(total))
}
