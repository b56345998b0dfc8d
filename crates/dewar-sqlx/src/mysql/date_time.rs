//! Times in a `DATETIME` column: UTC, years 1000 to 9999, whole seconds. The column that Flask-Session makes has no fractions. MariaDB would cut
//! one off, but MySQL rounds, and what has expired would live on for half a second; so it is cut off here.

use dewar_core::calendar::{CivilDateTime, MAX_SECONDS};
use dewar_core::clock::UnixTime;

/// 1000-01-01, the first date that is sure to be stored, in seconds since 1970.
const FIRST: i64 = -30_610_224_000;
/// The date for "never".
const NEVER: &str = "9999-12-31 23:59:59";

/// The text of a time, or of never. Outside the years 1000 to 9999, the text of the nearest time within.
pub(super) fn text(moment: Option<UnixTime>) -> String {
    let seconds = moment.map(|moment| moment.millis().div_euclid(1000).clamp(FIRST, MAX_SECONDS));
    let date = seconds.and_then(CivilDateTime::from_seconds);
    let Some(CivilDateTime { year, month, day, hour, minute, second }) = date else {
        return NEVER.to_owned();
    };
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// The time in the protocol's bytes: their number, the year (2 bytes), month, day; then hour, minute, second; then microseconds (4 bytes). What
/// is zero at the end is left out. `None` if it means never, or there is no such date.
pub(super) fn from_bytes(bytes: &[u8]) -> Option<UnixTime> {
    let (_, bytes) = bytes.split_first()?;
    let (year, bytes) = bytes.split_first_chunk()?;
    let (&[month, day], bytes) = bytes.split_first_chunk()?;
    let (&[hour, minute, second], bytes) = bytes.split_first_chunk().unwrap_or((&[0; 3], &[]));
    let micros = bytes.first_chunk().map_or(0, |micros| u32::from_le_bytes(*micros));
    let year = u16::from_le_bytes(*year).into();
    let date = CivilDateTime { year, month, day, hour, minute, second };
    let seconds = date.to_seconds().filter(|seconds| *seconds < MAX_SECONDS)?;
    Some(UnixTime::from_millis(seconds * 1000 + i64::from(micros / 1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_within_the_calendar() {
        let moment = UnixTime::from_millis(1_711_888_496_789);
        assert_eq!(text(Some(moment)), "2024-03-31 12:34:56");
        assert_eq!(text(Some(UnixTime::from_millis(i64::MIN))), "1000-01-01 00:00:00");
        for never in [None, Some(UnixTime::from_millis(i64::MAX))] {
            assert_eq!(text(never), NEVER);
        }
    }

    #[test]
    fn times_are_read_with_and_without_what_is_zero() {
        let at = |seconds: i64, millis| Some(UnixTime::from_millis(seconds * 1000 + millis));
        let long = [11, 0xe8, 0x07, 3, 31, 12, 34, 56, 0x08, 0x0a, 0x0c, 0];
        assert_eq!(from_bytes(&long), at(1_711_888_496, 789));
        assert_eq!(from_bytes(&long[..8]), at(1_711_888_496, 0));
        assert_eq!(from_bytes(&long[..5]), at(1_711_843_200, 0));
        let never = [7, 0x0f, 0x27, 12, 31, 23, 59, 59];
        for none in [&[][..], &[0], &never, &[4, 0, 0, 0, 0], &[4, 0xe8, 0x07, 13, 1], &[4, 0xe8]] {
            assert_eq!(from_bytes(none), None, "{none:?}");
        }
    }
}
