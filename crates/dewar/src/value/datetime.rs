//! Python's `datetime`.

use std::fmt;

use super::mail_date;
use crate::calendar::{self, CivilDateTime};

/// A Python `datetime`: a date and a time of day to the microsecond, naive or with an offset from UTC. Years
/// 1 to 9999.
///
/// All parts are compared: the same moment in two zones is two different values, since Python keeps the zone.
///
/// ```
/// use dewar::value::DateTime;
///
/// let login = DateTime::aware(1_709_210_096, 0, 5 * 3600 + 30 * 60).unwrap();
/// assert_eq!(login.to_iso(), "2024-02-29T18:04:56+05:30");
/// assert_eq!(login.to_http_date().unwrap(), "Thu, 29 Feb 2024 12:34:56 GMT");
/// assert_eq!(DateTime::from_iso("2024-02-29T18:04:56+05:30"), Some(login));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Seconds from 1970-01-01T00:00:00 to the local time in its zone.
    wall_seconds: i64,
    micros: u32,
    offset_seconds: Option<i32>,
}

/// Python's `timezone` allows less than a day in either direction.
const OFFSET_END: i32 = 86_400;

impl DateTime {
    /// Creates a datetime without a zone, from the seconds between 1970-01-01T00:00:00 and the local time, and the microseconds (less than
    /// a million). Returns `None` outside the years 1 to 9999.
    #[must_use]
    pub fn naive(wall_seconds: i64, micros: u32) -> Option<Self> {
        let known =
            (calendar::MIN_SECONDS..=calendar::MAX_SECONDS).contains(&wall_seconds) && micros < 1_000_000;
        known.then_some(Self { wall_seconds, micros, offset_seconds: None })
    }

    /// Creates a datetime from a moment and the number of seconds its zone is ahead of UTC (less than a day in either direction). Returns
    /// `None` if the local time in that zone is outside the years 1 to 9999.
    #[must_use]
    pub fn aware(utc_seconds: i64, micros: u32, offset_seconds: i32) -> Option<Self> {
        if offset_seconds <= -OFFSET_END || offset_seconds >= OFFSET_END {
            return None;
        }
        let naive = Self::naive(utc_seconds.checked_add(offset_seconds.into())?, micros)?;
        Some(Self { offset_seconds: Some(offset_seconds), ..naive })
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z. A naive datetime counts as UTC, as it does in Flask.
    #[must_use]
    pub fn utc_seconds(&self) -> i64 {
        self.wall_seconds - i64::from(self.offset_seconds.unwrap_or(0))
    }

    /// Returns the microseconds within the second.
    #[must_use]
    pub fn micros(&self) -> u32 {
        self.micros
    }

    /// Returns the number of seconds the zone is ahead of UTC, or `None` if naive.
    #[must_use]
    pub fn offset_seconds(&self) -> Option<i32> {
        self.offset_seconds
    }

    /// Formats like Python's `isoformat()`: microseconds and seconds of the offset only if they are not zero.
    #[must_use]
    pub fn to_iso(&self) -> String {
        self.to_string()
    }

    /// Parses Python's `isoformat()`. Also accepts `Z` for UTC, a space instead of `T`, and a fraction of up to nine digits, of which six
    /// are used.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Self> {
        let mut rest = Rest(text.as_bytes());
        let (year, _) = (rest.number(4)?, rest.one_of(b"-")?);
        let (month, _) = (rest.number(2)?, rest.one_of(b"-")?);
        let (day, _) = (rest.number(2)?, rest.one_of(b"T ")?);
        let (hour, _) = (rest.number(2)?, rest.one_of(b":")?);
        let (minute, _) = (rest.number(2)?, rest.one_of(b":")?);
        let second = rest.number(2)?;
        let micros = if rest.one_of(b".").is_some() { rest.fraction()? } else { 0 };
        let small = |n: i64| n as u8; // each has two digits
        let (month, day, hour, minute, second) =
            (small(month), small(day), small(hour), small(minute), small(second));
        let wall = CivilDateTime { year, month, day, hour, minute, second }.to_seconds()?;
        let offset_seconds = rest.offset()?;
        rest.0.is_empty().then_some(Self { offset_seconds, ..Self::naive(wall, micros)? })
    }

    /// Formats a date for HTTP and Flask's ` d` tag, as Werkzeug 3 does: in UTC, without microseconds. Returns `None` if the year in UTC is
    /// outside 1 to 9999, where Python raises an `OverflowError`.
    #[must_use]
    pub fn to_http_date(&self) -> Option<String> {
        calendar::http_date(self.utc_seconds())
    }

    /// Parses a date as Flask parses its ` d` tag, with Python's `email.utils.parsedate_to_datetime`. That accepts the three formats of RFC
    /// 9110 §5.6.7 and many that mail programs have used. A date without a zone, or with `-0000`, is in UTC; another offset is kept.
    /// Returns `None` if it is not a date.
    ///
    /// As in Python, a year below 100 is one of 1969 to 2068, so the year 1 cannot be parsed.
    #[must_use]
    pub fn from_http_date(text: &str) -> Option<Self> {
        mail_date::parse(text)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(civil) = CivilDateTime::from_seconds(self.wall_seconds) else { return Err(fmt::Error) };
        let CivilDateTime { year, month, day, hour, minute, second } = civil;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.micros != 0 {
            write!(f, ".{:06}", self.micros)?;
        }
        let Some(offset) = self.offset_seconds else { return Ok(()) };
        let (sign, offset) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
        write!(f, "{sign}{:02}:{:02}", offset / 3600, offset / 60 % 60)?;
        if offset % 60 != 0 {
            write!(f, ":{:02}", offset % 60)?;
        }
        Ok(())
    }
}

/// The rest of an ISO date that is being parsed.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    }

    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        if !allowed.contains(&byte) {
            return None;
        }
        self.0 = rest;
        Some(byte)
    }

    fn fraction(&mut self) -> Option<u32> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        let padded = fraction.iter().chain(std::iter::repeat(&b'0')).take(6);
        (1..=9).contains(&digits).then(|| padded.fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')))
    }

    /// The outer `None` is for an invalid offset.
    fn offset(&mut self) -> Option<Option<i32>> {
        let sign = match self.one_of(b"+-Z") {
            None => return Some(None),
            Some(b'Z') => return Some(Some(0)),
            Some(b'-') => -1,
            Some(_) => 1,
        };
        let (hours, _) = (self.number(2)?, self.one_of(b":")?);
        let minutes = self.number(2)?;
        let seconds = if self.one_of(b":").is_some() { self.number(2)? } else { 0 };
        let known = hours < 24 && minutes < 60 && seconds < 60;
        known.then(|| Some(sign * (hours * 3600 + minutes * 60 + seconds) as i32))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn iso_forms_that_are_read() {
        let read = |text| DateTime::from_iso(text).map(|date| date.to_iso());
        assert_eq!(read("2024-01-02T03:04:05Z").as_deref(), Some("2024-01-02T03:04:05+00:00"));
        assert_eq!(read("2024-01-02 03:04:05.6").as_deref(), Some("2024-01-02T03:04:05.600000"));
        assert_eq!(read("2024-01-02T03:04:05.123456789").as_deref(), Some("2024-01-02T03:04:05.123456"));
        assert_eq!(read("2024-01-02T03:04:05-00:00:01").as_deref(), Some("2024-01-02T03:04:05-00:00:01"));
    }

    #[test]
    fn iso_forms_that_are_refused() {
        for text in [
            "",
            "2024-01-02",
            "2024-02-30T00:00:00",
            "2024-01-02T24:00:00",
            "2024-01-02T03:04",
            "0000-01-01T00:00:00",
            "2024-01-02T03:04:05.",
            "2024-01-02T03:04:05+24:00",
            "2024-01-02T03:04:05z",
            "2024-01-02T03:04:05Z ",
            "2024-01-02T03:04:05.1234567890",
            "+024-01-02T03:04:05",
            "2024-01-02T03:04:05é",
        ] {
            assert_eq!(DateTime::from_iso(text), None, "{text}");
        }
    }

    #[test]
    fn dates_beyond_the_calendar_are_refused() {
        assert!(DateTime::naive(calendar::MAX_SECONDS + 1, 0).is_none());
        assert!(DateTime::naive(0, 1_000_000).is_none());
        assert!(DateTime::aware(i64::MAX, 0, 1).is_none());
        assert!(DateTime::aware(calendar::MAX_SECONDS, 0, 1).is_none());
        assert!(DateTime::aware(0, 0, OFFSET_END).is_none());
        let ahead = DateTime::from_iso("0001-01-01T00:00:00+01:00").unwrap();
        assert_eq!(ahead.to_http_date(), None);
    }

    proptest! {
        #[test]
        fn iso_comes_back(wall in calendar::MIN_SECONDS..=calendar::MAX_SECONDS, micros in 0..1_000_000_u32,
                          offset in proptest::option::of(1 - OFFSET_END..OFFSET_END)) {
            let date = DateTime { wall_seconds: wall, micros, offset_seconds: offset };
            prop_assert_eq!(DateTime::from_iso(&date.to_iso()), Some(date));
        }

        #[test]
        fn http_date_comes_back_in_utc(utc in -58_979_923_200..=calendar::MAX_SECONDS) {
            let date = DateTime::aware(utc, 0, 0).unwrap();
            prop_assert_eq!(DateTime::from_http_date(&date.to_http_date().unwrap()), Some(date));
        }

        #[test]
        fn no_text_makes_the_readers_panic(text in "\\PC*", date in "[0-9a-zA-Z,:+ .-]{0,40}") {
            for text in [text, date] {
                let _ = (DateTime::from_iso(&text), DateTime::from_http_date(&text));
            }
        }
    }
}
