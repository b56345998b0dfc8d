//! Times in the column `expiry` of Flask-Session's table: UTC, years 1 to 9999. The last moment of them means "never".
//!
//! SQLite has no date type, so SQLAlchemy writes texts there: `2024-03-31 12:34:56.000000`. Texts in this form sort like the times. PostgreSQL
//! counts microseconds since the year 2000.

use dewar_core::calendar::{CivilDateTime, MAX_SECONDS, MIN_SECONDS};
use dewar_core::clock::UnixTime;

/// The text for "never", which is later than any time.
const NEVER: &str = "9999-12-31 23:59:59.999999";
/// The first and the last time that has a text, in milliseconds since 1970.
const FIRST: i64 = MIN_SECONDS * 1000;
const LAST: i64 = MAX_SECONDS * 1000 + 999;

/// The text of a time, or of never. Outside the years 1 to 9999, the text of the nearest time within.
#[must_use]
pub fn text(moment: Option<UnixTime>) -> String {
    let millis = moment.map(|moment| moment.millis().clamp(FIRST, LAST));
    let date = millis.and_then(|millis| CivilDateTime::from_seconds(millis.div_euclid(1000)));
    let (Some(millis), Some(CivilDateTime { year, month, day, hour, minute, second })) = (millis, date)
    else {
        return NEVER.to_owned();
    };
    let milli = millis.rem_euclid(1000);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}000")
}

/// Parses a text. Fractions of a millisecond are cut off. `None` if it is not a time, or means never.
#[must_use]
pub fn parse(text: &str) -> Option<UnixTime> {
    if text == NEVER {
        return None;
    }
    let (date, time) = text.split_once(' ')?;
    let mut parts = date.split('-').chain(time.split([':', '.']));
    let year = number(parts.next()?)?.into();
    let mut next = || u8::try_from(number(parts.next()?)?).ok();
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    let fraction = format!("{:0<3}", parts.next().unwrap_or_default());
    let milli = i64::from(number(fraction.get(..3)?)?);
    let seconds = CivilDateTime { year, month, day, hour, minute, second }.to_seconds()?;
    Some(UnixTime::from_millis(seconds * 1000 + milli))
}

/// The microseconds between the years 1970 and 2000, from which PostgreSQL counts.
const YEAR_2000: i64 = 946_684_800_000_000;
/// [`NEVER`] in PostgreSQL.
const NEVER_MICROS: i64 = (MAX_SECONDS + 1) * 1_000_000 - 1 - YEAR_2000;

/// A time, or never, as PostgreSQL's `timestamp`: microseconds since 2000. Outside the years 1 to 9999, the nearest time within.
#[must_use]
pub fn postgres_micros(moment: Option<UnixTime>) -> i64 {
    moment.map_or(NEVER_MICROS, |moment| moment.millis().clamp(FIRST, LAST) * 1000 - YEAR_2000)
}

/// The time of such a `timestamp`. Fractions of a millisecond are cut off. `None` if it means never; `infinity` does, too.
#[must_use]
pub fn from_postgres_micros(micros: i64) -> Option<UnixTime> {
    if micros >= NEVER_MICROS {
        return None;
    }
    Some(UnixTime::from_millis(micros.saturating_add(YEAR_2000).div_euclid(1000)))
}

/// A number with at most four digits.
fn number(digits: &str) -> Option<u16> {
    let is_number = digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_ten_thousand_years_go_out_and_back_and_sort() {
        const DAY: i64 = 86_400_000;
        let mut before = String::new();
        for day in (FIRST / DAY..=LAST / DAY).step_by(37) {
            let now = UnixTime::from_millis(day * DAY + day.rem_euclid(86_399_999));
            let written = text(Some(now));
            assert_eq!(parse(&written), Some(now), "{written}");
            assert!(before < written);
            before = written;
        }
        assert!(before.as_str() < NEVER && text(None) == NEVER);
    }

    #[test]
    fn microseconds_of_postgres_go_out_and_back() {
        let expiry = UnixTime::from_millis(1_711_888_496_789);
        // SELECT extract(epoch FROM timestamp '2024-03-31 12:34:56.789' - '2000-01-01') * 1000000
        assert_eq!(postgres_micros(Some(expiry)), 765_203_696_789_000);
        assert_eq!(from_postgres_micros(765_203_696_789_999), Some(expiry));
        for millis in [FIRST, -1, 0, LAST] {
            let moment = UnixTime::from_millis(millis);
            assert_eq!(from_postgres_micros(postgres_micros(Some(moment))), Some(moment));
        }
        for never in [postgres_micros(None), i64::MAX] {
            assert_eq!(from_postgres_micros(never), None);
        }
        assert!(from_postgres_micros(i64::MIN).unwrap() < UnixTime::from_millis(FIRST), "-infinity");
    }

    #[test]
    fn the_moment_of_the_vectors() {
        let expiry = UnixTime::from_seconds(1_709_210_096 + 31 * 86_400);
        assert_eq!(text(Some(expiry)), "2024-03-31 12:34:56.000000");
        assert_eq!(parse("2024-03-31 12:34:56.789999"), Some(UnixTime::from_millis(expiry.millis() + 789)));
        assert_eq!(parse("2024-03-31 12:34:56"), Some(expiry));
        assert_eq!(parse("2024-03-31 12:34:56.5"), Some(UnixTime::from_millis(expiry.millis() + 500)));
    }

    #[test]
    fn moments_outside_the_calendar_and_texts_that_are_no_moments() {
        assert_eq!(text(Some(UnixTime::from_millis(i64::MIN))), "0001-01-01 00:00:00.000000");
        assert_eq!(text(Some(UnixTime::from_millis(i64::MAX))), "9999-12-31 23:59:59.999000");
        for none in [
            "",
            "now",
            "2024-03-31",
            "2024-13-01 00:00:00",
            "2024-02-30 00:00:00",
            "2024-01-01 24:00:00",
            "99999-01-01 00:00:00",
            "2024-+1-01 00:00:00",
            "2024-01-01 00:00",
            "2024-01-01 00:00:00.é",
            NEVER,
        ] {
            assert_eq!(parse(none), None, "{none}");
        }
    }
}
