//! Lengths of time and sizes as a person writes them.

use std::str::FromStr;
use std::time::Duration;

/// A length of time: `90s`, `30m`, `12h`, `7d`, `4w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Age(pub(crate) Duration);

/// A size in bytes: `500`, `10k`, `2m`, with units of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) usize);

impl FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800), ("ms", 0)];
        let (number, unit) = split(text);
        let size = units.into_iter().find(|(name, _)| *name == unit).map(|(_, size)| size);
        match (number.parse::<u64>(), size) {
            (Ok(number), Some(0)) => Ok(Self(Duration::from_millis(number))),
            (Ok(number), Some(size)) => Ok(Self(Duration::from_secs(number.saturating_mul(size)))),
            _ => Err("write a number and a unit: 90s, 30m, 12h, 7d or 4w"),
        }
    }
}

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, unit) = split(text);
        let size = match unit {
            "" => 1,
            "k" | "K" => 1 << 10,
            "m" | "M" => 1 << 20,
            _ => 0,
        };
        match number.parse::<usize>() {
            Ok(number) if size > 0 => Ok(Self(number.saturating_mul(size))),
            _ => Err("write a number of bytes, or with a unit: 500, 10k or 2m"),
        }
    }
}

fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages() {
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("12h", 43_200), ("7d", 604_800), ("0s", 0)] {
            assert_eq!(text.parse(), Ok(Age(Duration::from_secs(seconds))), "{text}");
        }
        assert_eq!("50ms".parse(), Ok(Age(Duration::from_millis(50))));
        for text in ["", "7", "d", "-1d", "1.5h", "7 d", "7x", "99999999999999999999d"] {
            assert!(text.parse::<Age>().is_err(), "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [("500", 500), ("10k", 10_240), ("2M", 2_097_152), ("0", 0)] {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
        for text in ["", "k", "-1", "1g", "1kb", "99999999999999999999"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }
}
