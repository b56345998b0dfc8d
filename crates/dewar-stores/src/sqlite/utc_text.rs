//! Moments as SQLAlchemy writes them into SQLite: `2024-03-31 12:34:56.000000`, UTC, years 1 to 9999. Texts of this shape sort as
//! the moments do.

use dewar_core::clock::UnixTime;

/// Where `never` is kept: later than any moment.
pub(super) const NEVER: &str = "9999-12-31 23:59:59.999999";

/// Milliseconds of 0001-01-01T00:00:00.000 and of 9999-12-31T23:59:59.999.
const FIRST: i64 = -62_135_596_800_000;
const LAST: i64 = 253_402_300_799_999;
const DAY: i64 = 86_400_000;

/// The text of a moment; outside the years 1 to 9999, of the nearest within.
pub(super) fn text(moment: UnixTime) -> String {
    let millis = moment.millis().clamp(FIRST, LAST);
    let (year, month, day) = date_of_day(millis.div_euclid(DAY));
    let of_day = millis.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{:03}000", of_day % 1000)
}

/// The moment of a text, parts of a millisecond cut off; `None` if it is none, or never.
pub(super) fn moment(text: &str) -> Option<UnixTime> {
    let (date, time) = text.split_once(' ')?;
    let mut parts = date.split('-').chain(time.split([':', '.']));
    let mut next = || parts.next().filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = (number(next()?)?, number(next()?)?, number(next()?)?);
    let (hour, minute, second) = (number(next()?)?, number(next()?)?, number(next()?)?);
    let fraction = format!("{:0<3}", parts.next().unwrap_or_default());
    let millis = number(fraction.get(..3)?)?;
    let known = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !known || hour > 23 || minute > 59 || second > 59 || text == NEVER {
        return None;
    }
    let of_day = ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    Some(UnixTime::from_millis(day_of_date(year, month, day) * DAY + of_day))
}

/// Of four digits at most.
fn number(digits: &str) -> Option<i64> {
    (digits.len() <= 4).then(|| digits.parse::<u16>().ok().map(i64::from)).flatten()
}

/// Days since 1970-01-01, counted in 400-year cycles that begin on the 1st of March (Howard Hinnant, "chrono-compatible
/// low-level date algorithms").
fn day_of_date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    year.div_euclid(400) * 146_097 + day_of_cycle - 719_468
}

fn date_of_day(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let day_of_cycle = days.rem_euclid(146_097);
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_cycle + days.div_euclid(146_097) * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_ten_thousand_years_go_out_and_back_and_sort() {
        let mut before = String::new();
        for day in (FIRST / DAY..=LAST / DAY).step_by(37) {
            let now = UnixTime::from_millis(day * DAY + day.rem_euclid(86_399_999));
            let written = text(now);
            assert_eq!(moment(&written), Some(now), "{written}");
            assert!(before < written);
            before = written;
        }
    }

    #[test]
    fn the_vectors_moment() {
        let expiry = UnixTime::from_seconds(1_709_210_096 + 31 * 86_400);
        assert_eq!(text(expiry), "2024-03-31 12:34:56.000000");
        assert_eq!(moment("2024-03-31 12:34:56.789999"), Some(UnixTime::from_millis(expiry.millis() + 789)));
        assert_eq!(moment("2024-03-31 12:34:56"), Some(expiry));
        assert_eq!(moment("2024-03-31 12:34:56.5"), Some(UnixTime::from_millis(expiry.millis() + 500)));
    }

    #[test]
    fn moments_beyond_the_calendar_and_texts_that_are_none() {
        assert_eq!(text(UnixTime::from_millis(i64::MIN)), "0001-01-01 00:00:00.000000");
        assert_eq!(text(UnixTime::from_millis(i64::MAX)), "9999-12-31 23:59:59.999000");
        for none in [
            "",
            "now",
            "2024-03-31",
            "2024-13-01 00:00:00",
            "2024-01-01 24:00:00",
            "99999-01-01 00:00:00",
            "2024-+1-01 00:00:00",
            "2024-01-01 00:00",
            "2024-01-01 00:00:00.é",
            NEVER,
        ] {
            assert_eq!(moment(none), None, "{none}");
        }
    }
}
