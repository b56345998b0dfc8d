//! Times in a `DATETIME` column: UTC, years 1000 to 9999, whole seconds. The column that Flask-Session makes has no fractions. MariaDB would cut
//! one off, but MySQL rounds, and what has expired would live on for half a second; so it is cut off here.

use dewar_core::calendar::{CivilDateTime, MAX_SECONDS};
use dewar_core::clock::UnixTime;
use mysql_async::Value;

/// 1000-01-01, the first date that is sure to be stored, in seconds since 1970.
const FIRST: i64 = -30_610_224_000;
/// The date for "never".
const NEVER: Value = Value::Date(9999, 12, 31, 23, 59, 59, 0);

/// The date of a time, or of never. Outside the years 1000 to 9999, the nearest date within.
pub(super) fn value(moment: Option<UnixTime>) -> Value {
    let seconds = moment.map(|moment| moment.millis().div_euclid(1000).clamp(FIRST, MAX_SECONDS));
    let date = seconds.and_then(CivilDateTime::from_seconds);
    let Some(CivilDateTime { year, month, day, hour, minute, second }) = date else { return NEVER };
    Value::Date(u16::try_from(year).unwrap_or(9999), month, day, hour, minute, second, 0)
}

/// The time of a date. Fractions of a millisecond are cut off. `None` if it means never, or there is no such date.
pub(super) fn moment(value: &Value) -> Option<UnixTime> {
    let &Value::Date(year, month, day, hour, minute, second, micros) = value else { return None };
    let date = CivilDateTime { year: year.into(), month, day, hour, minute, second };
    let seconds = date.to_seconds().filter(|seconds| *seconds < MAX_SECONDS)?;
    Some(UnixTime::from_millis(seconds * 1000 + i64::from(micros / 1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_nine_thousand_years_go_out_and_back() {
        for day in (FIRST / 86_400..MAX_SECONDS / 86_400).step_by(37) {
            let millis = day * 86_400_000 + day.rem_euclid(86_399_999);
            let there = value(Some(UnixTime::from_millis(millis)));
            let expected = UnixTime::from_millis(millis - millis.rem_euclid(1000));
            assert_eq!(moment(&there), Some(expected), "{millis}");
        }
    }

    #[test]
    fn times_outside_the_calendar_and_dates_that_are_no_times() {
        assert_eq!(value(Some(UnixTime::from_millis(i64::MIN))), Value::Date(1000, 1, 1, 0, 0, 0, 0));
        assert_eq!(value(Some(UnixTime::from_millis(i64::MAX))), NEVER);
        assert_eq!(value(None), NEVER);
        let zero = Value::Date(0, 0, 0, 0, 0, 0, 0);
        for none in [NEVER, zero, Value::Date(9999, 12, 31, 23, 59, 59, 999_999), Value::NULL, Value::Int(1)]
        {
            assert_eq!(moment(&none), None, "{none:?}");
        }
    }
}
