//! Conversions of `UnixTime`: text, `SystemTime`, serde.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::calendar::CivilDateTime;
use crate::clock::UnixTime;

/// RFC 3339 in UTC, with milliseconds if there are any: `2024-02-29T12:34:56.789Z`. Outside the years 1 to 9999, which RFC 3339 cannot
/// express, the number of milliseconds: `253402300800000ms`.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(CivilDateTime { year, month, day, hour, minute, second }) =
            CivilDateTime::from_seconds(self.seconds())
        else {
            return write!(f, "{}ms", self.millis());
        };
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.millis().rem_euclid(1000) {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

/// The error for a text that is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseUnixTimeError;

impl fmt::Display for ParseUnixTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time in UTC such as 2024-02-29T12:34:56.789Z")
    }
}

impl std::error::Error for ParseUnixTimeError {}

/// Reads what `Display` writes, with up to nine digits for fractions of a second. Fractions of a millisecond are cut off.
impl FromStr for UnixTime {
    type Err = ParseUnixTimeError;

    fn from_str(text: &str) -> Result<Self, ParseUnixTimeError> {
        let counted =
            || text.strip_suffix("ms").and_then(|millis| millis.parse().ok()).map(Self::from_millis);
        from_rfc3339(text).or_else(counted).ok_or(ParseUnixTimeError)
    }
}

fn from_rfc3339(text: &str) -> Option<UnixTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) = time.split_once('.').map_or((time, None), |(time, part)| (time, Some(part)));
    let [year, month, day] = three(date, '-', 4)?;
    let [hour, minute, second] = three(time, ':', 2)?;
    let small = |number: i64| number as u8; // each has two digits
    let civil = CivilDateTime {
        year,
        month: small(month),
        day: small(day),
        hour: small(hour),
        minute: small(minute),
        second: small(second),
    };
    let millis = fraction.map_or(Some(0), millis_of)?;
    Some(UnixTime::from_millis(civil.to_seconds()? * 1000 + millis))
}

/// Three numbers, the first with `digits` digits and the others with two.
fn three(text: &str, separator: char, digits: usize) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let numbers = [number(parts.next()?, digits)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?];
    parts.next().is_none().then_some(numbers)
}

fn millis_of(fraction: &str) -> Option<i64> {
    (1..=9).contains(&fraction.len()).then_some(())?;
    let digits = number(fraction, fraction.len())?;
    let power = 10_i64.pow(u32::try_from(fraction.len()).ok()?);
    Some(digits * 1000 / power)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Rounds down to a millisecond; saturates.
impl From<SystemTime> for UnixTime {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::EPOCH.plus(after),
            Err(before) => {
                let before = before.duration();
                let rest = before.subsec_nanos() % 1_000_000;
                let up =
                    if rest == 0 { Duration::ZERO } else { Duration::from_nanos((1_000_000 - rest).into()) };
                Self::EPOCH.minus(before.saturating_add(up))
            }
        }
    }
}

/// Where the platform's `SystemTime` cannot represent the time, the result is the end of the year 9999 or the beginning of 1601.
impl From<UnixTime> for SystemTime {
    fn from(time: UnixTime) -> Self {
        let distance = Duration::from_millis(time.millis().unsigned_abs());
        if time.millis() >= 0 {
            let end = || Self::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
            Self::UNIX_EPOCH.checked_add(distance).unwrap_or_else(end)
        } else {
            let beginning = || Self::UNIX_EPOCH - Duration::from_secs(11_644_473_600);
            Self::UNIX_EPOCH.checked_sub(distance).unwrap_or_else(beginning)
        }
    }
}

/// As the text of `Display`, which people and JavaScript's `new Date(…)` can read.
#[cfg(feature = "serde")]
impl serde::Serialize for UnixTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for UnixTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

#[cfg(feature = "serde")]
struct Text;

#[cfg(feature = "serde")]
impl serde::de::Visitor<'_> for Text {
    type Value = UnixTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time in UTC such as 2024-02-29T12:34:56.789Z")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<UnixTime, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn millis(millis: i64) -> UnixTime {
        UnixTime::from_millis(millis)
    }

    #[test]
    fn text_is_that_of_rfc_3339() {
        assert_eq!(millis(1_709_210_096_000).to_string(), "2024-02-29T12:34:56Z");
        assert_eq!(millis(1_709_210_096_789).to_string(), "2024-02-29T12:34:56.789Z");
        assert_eq!(millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(UnixTime::from_seconds(253_402_300_800).to_string(), "253402300800000ms");
    }

    #[test]
    fn what_is_read_and_what_is_not() {
        let read = |text: &str| text.parse::<UnixTime>().ok().map(UnixTime::millis);
        assert_eq!(read("1970-01-01T00:00:01.5Z"), Some(1500));
        assert_eq!(read("1970-01-01T00:00:01.123456789Z"), Some(1123));
        for text in [
            "",
            "Z",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-01-01T00:00:00+01:00",
            "1970-02-30T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.1234567890Z",
            "1970-1-01T00:00:00Z",
            "+970-01-01T00:00:00Z",
            "1970-01-01T00:00:00:00Z",
            "1970-01-01-01T00:00:00Z",
            "ms",
            "9223372036854775808ms",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_system_time_is_rounded_down() {
        let nanos = Duration::from_nanos;
        assert_eq!(UnixTime::from(SystemTime::UNIX_EPOCH + nanos(1_999_999)), millis(1));
        assert_eq!(UnixTime::from(SystemTime::UNIX_EPOCH - nanos(1)), millis(-1));
        assert_eq!(UnixTime::from(SystemTime::UNIX_EPOCH - nanos(1_000_000)), millis(-1));
    }

    proptest! {
        #[test]
        fn text_comes_back(at in any::<i64>(), near in -62_135_596_800_000..253_402_300_800_000_i64) {
            for at in [at, near] {
                prop_assert_eq!(millis(at).to_string().parse(), Ok(millis(at)));
            }
        }

        #[test]
        fn a_system_time_comes_back(at in -62_135_596_800_000..253_402_300_800_000_i64) {
            prop_assert_eq!(UnixTime::from(SystemTime::from(millis(at))), millis(at));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*", date in "[0-9TZms:.+-]{0,40}") {
            for text in [text, date] {
                let _ = text.parse::<UnixTime>();
            }
        }
    }
}
