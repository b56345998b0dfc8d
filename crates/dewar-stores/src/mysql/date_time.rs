//! Times in a `DATETIME` column: UTC, years 1000 to 9999. A column without fractions, as Flask-Session makes it, stores whole seconds: MariaDB
//! cuts a fraction off, MySQL rounds it.

use dewar_core::calendar::{CivilDateTime, MAX_SECONDS};
use dewar_core::clock::UnixTime;
use mysql_async::Value;

/// 1000-01-01, the first date that is sure to be stored, in seconds since 1970.
const FIRST: i64 = -30_610_224_000;
/// The date for "never". It has no fraction: rounded up, it would have no year.
const NEVER: Value = Value::Date(9999, 12, 31, 23, 59, 59, 0);

/// The date of a time, or of never. Outside the years 1000 to 9999, the nearest date within.
pub(super) fn value(moment: Option<UnixTime>) -> Value {
    let millis = moment.map(|moment| moment.millis().clamp(FIRST * 1000, MAX_SECONDS * 1000));
    let date = millis.and_then(|millis| CivilDateTime::from_seconds(millis.div_euclid(1000)));
    let (Some(millis), Some(CivilDateTime { year, month, day, hour, minute, second })) = (millis, date)
    else {
        return NEVER;
    };
    let micros = u32::try_from(millis.rem_euclid(1000) * 1000).unwrap_or_default();
    Value::Date(u16::try_from(year).unwrap_or(9999), month, day, hour, minute, second, micros)
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
            let there = UnixTime::from_millis(day * 86_400_000 + day.rem_euclid(86_399_999));
            assert_eq!(moment(&value(Some(there))), Some(there), "{there:?}");
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
