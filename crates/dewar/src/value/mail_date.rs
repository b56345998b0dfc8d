//! Dates as mail programs write them: Python 3.11's `email.utils.parsedate_to_datetime`, rule by rule.

use super::DateTime;
use crate::calendar::CivilDateTime;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Zones with a name, as hundreds of hours and minutes (RFC 5322 §4.3).
const ZONES: [(&str, i64); 14] = [
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("AST", -400),
    ("ADT", -300),
    ("EST", -500),
    ("EDT", -400),
    ("CST", -600),
    ("CDT", -500),
    ("MST", -700),
    ("MDT", -600),
    ("PST", -800),
    ("PDT", -700),
];

/// Parses a date with its zone; the zone is UTC if the text contains none.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    let [mut day, mut month_name, mut year, mut time, mut zone] = words(text)?;
    if month(month_name).is_none() {
        (day, month_name) = (month_name, day);
    }
    let month = month(month_name)?;
    if year.find(':').is_some_and(|at| at > 0) {
        (year, time) = (time, year);
    }
    let comma_off = |word| str::strip_suffix(word, ',').unwrap_or(word);
    (day, year, time) = (comma_off(day), comma_off(year), comma_off(time));
    if !year.chars().next()?.is_numeric() {
        (year, zone) = (zone, year);
    }
    let [hour, minute, second] = time_of_day(time)?;
    let civil = CivilDateTime {
        year: full_year(integer(year)?),
        month,
        day: small(integer(day)?)?,
        hour,
        minute,
        second,
    };
    let offset = offset_seconds(zone)?;
    DateTime::aware(civil.to_seconds()?.checked_sub(offset.into())?, 0, offset)
}

/// Day, month, year, time of day and zone, in any order; the zone may be empty.
fn words(text: &str) -> Option<[&str; 5]> {
    // Only five are used, but whether there are more decides their meaning.
    let mut words: Vec<&str> = text.split_whitespace().take(7).collect();
    let first = words.first_mut()?;
    if first.ends_with(',') || WEEKDAYS.iter().any(|name| name.eq_ignore_ascii_case(first)) {
        words.remove(0);
    } else if let Some((_weekday, day)) = first.rsplit_once(',') {
        *first = day;
    }
    if let [date, time, zone] = words[..]
        && let [day, month, year] = date.split('-').collect::<Vec<_>>()[..]
    {
        words = vec![day, month, year, time, zone];
    }
    if let [_, _, _, last] = words[..] {
        let sign = last.find('+').or_else(|| last.find('-')).filter(|&at| at > 0);
        let (last, zone) = last.split_at(sign.unwrap_or(last.len()));
        words.truncate(3);
        words.extend([last, zone]);
    }
    words
        .get(..5)?
        .try_into()
        .ok()
        .filter(|[day, month, year, ..]: &[&str; 5]| !(day.is_empty() || month.is_empty() || year.is_empty()))
}

/// `feb`, `Feb` or `February`.
fn month(name: &str) -> Option<u8> {
    let is = |month: &str| {
        name.eq_ignore_ascii_case(month)
            || month.get(..3).is_some_and(|short| name.eq_ignore_ascii_case(short))
    };
    small(MONTHS.iter().position(|month| is(month))? as i64 + 1)
}

/// `03:04:05`, `03:04` or, from some programs, `03.04.05`.
fn time_of_day(time: &str) -> Option<[u8; 3]> {
    let separator = if time.contains(':') { ':' } else { '.' };
    let mut parts = time.split(separator).map(|part| integer(part).and_then(small));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    parts.next().is_none().then_some([hour, minute, second])
}

/// Two-digit years are interpreted as in POSIX: 1969 to 2068.
fn full_year(year: i64) -> i64 {
    match year {
        ..=68 => year.saturating_add(2000),
        69..=99 => year + 1900,
        _ => year,
    }
}

/// Seconds ahead of UTC of `+0530` or `EST`; 0 for an unknown zone. `None` for a day or more.
fn offset_seconds(zone: &str) -> Option<i32> {
    let named = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone)).map(|(_, offset)| *offset);
    let offset = named.or_else(|| integer(zone)).unwrap_or(0);
    let magnitude = i64::try_from(offset.unsigned_abs()).ok()?;
    let seconds = (magnitude / 100).checked_mul(3600)?.checked_add(magnitude % 100 * 60)?;
    i32::try_from(seconds * offset.signum()).ok()
}

fn integer(digits: &str) -> Option<i64> {
    digits.parse().ok()
}

fn small(number: i64) -> Option<u8> {
    number.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each answer is Python 3.11's.
    #[test]
    fn dates_as_python_reads_them() {
        for (text, iso) in [
            ("Thu, 29 Feb 2024 12:34:56 GMT", "2024-02-29T12:34:56+00:00"),
            ("Thu,29 Feb 2024 12:34:56 GMT", "2024-02-29T12:34:56+00:00"),
            ("thu 29 feb 2024 12:34:56 EST", "2024-02-29T12:34:56-05:00"),
            ("29 February 2024 12:34 -0330", "2024-02-29T12:34:00-03:30"),
            ("29-Feb-24 12.34.56 GMT", "2024-02-29T12:34:56+00:00"),
            ("28 Feb 69 12:34:56", "1969-02-28T12:34:56+00:00"),
            ("Thu Feb 29 12:34:56 2024", "2024-02-29T12:34:56+00:00"),
            ("29 Feb 2024 12:34:56+0100", "2024-02-29T12:34:56+01:00"),
            ("29 Feb 2024 12:34:56 nowhere", "2024-02-29T12:34:56+00:00"),
            ("29 Feb 2024 12:34:56 GMT (leap day)", "2024-02-29T12:34:56+00:00"),
            ("Mon, 01 Jan 0001 00:00:00 GMT", "2001-01-01T00:00:00+00:00"),
        ] {
            assert_eq!(parse(text).map(|date| date.to_iso()).as_deref(), Some(iso), "{text}");
        }
    }

    #[test]
    fn texts_that_are_not_dates() {
        for text in [
            "",
            " ",
            ",",
            "nope",
            "Thu",
            "2024-02-29T12:34:56",
            "30 Feb 2024 00:00:00 GMT",
            "29 Feb 2024 12 GMT",
            "29 Feb 2024 12:34:60 GMT",
            "29 Feb 2024 12:34:56 +2400",
            "29 Feb 10000 12:34:56 GMT",
            "29 Feb 2024 1:2:3:4 GMT",
            "29 Feb 2024 12:34:56 +99999999999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
