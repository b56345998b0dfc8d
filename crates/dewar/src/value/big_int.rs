//! Integers beyond 64 bits, as decimal digits.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::Value;

/// An integer that does not fit an `i64`, as canonical decimal text: no leading zero, no plus sign.
///
/// A session only stores such numbers; it does no arithmetic with them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BigInt(Box<str>);

/// Python refuses to read longer integers from text (`sys.int_info.default_max_str_digits`).
pub(crate) const MAX_DIGITS: usize = 4300;

impl BigInt {
    /// Returns the canonical decimal digits, with a `-` if negative.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number, if it fits.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

/// The error for text that is not a [`BigInt`]: it is not an integer, fits an `i64`, or has more than 4,300 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseBigIntError;

impl FromStr for BigInt {
    type Err = ParseBigIntError;

    fn from_str(text: &str) -> Result<Self, ParseBigIntError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseBigIntError);
        }
        let digits = digits.trim_start_matches('0');
        let sign = if text.starts_with('-') { "-" } else { "" };
        let canonical = format!("{sign}{digits}");
        if digits.is_empty() || canonical.parse::<i64>().is_ok() {
            return Err(ParseBigIntError);
        }
        Ok(Self(canonical.into()))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::BigInt(BigInt(number.to_string().into())), Self::Int)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::from(number as u64) // no platform has more bits
    }
}

impl Ord for BigInt {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = |text: &str| (text.len(), text.to_owned());
        match (self.0.strip_prefix('-'), other.0.strip_prefix('-')) {
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (None, None) => magnitude(&self.0).cmp(&magnitude(&other.0)),
            (Some(left), Some(right)) => magnitude(right).cmp(&magnitude(left)),
        }
    }
}

impl PartialOrd for BigInt {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BigInt({})", self.0)
    }
}

impl fmt::Display for ParseBigIntError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an integer beyond 64 bits with at most {MAX_DIGITS} digits")
    }
}

impl std::error::Error for ParseBigIntError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_canonical_and_small_numbers_are_refused() {
        assert_eq!("-0099999999999999999999".parse::<BigInt>().unwrap().as_str(), "-99999999999999999999");
        for refused in [
            "",
            "-",
            "0",
            "000",
            "9223372036854775807",
            "-9223372036854775808",
            "1.5",
            "+99999999999999999999",
        ] {
            assert_eq!(refused.parse::<BigInt>(), Err(ParseBigIntError), "{refused}");
        }
        assert!("9".repeat(MAX_DIGITS + 1).parse::<BigInt>().is_err());
    }

    #[test]
    fn order_is_numeric() {
        let mut numbers: Vec<BigInt> = [
            "99999999999999999999",
            "-100000000000000000000",
            "100000000000000000000",
            "-99999999999999999999",
        ]
        .map(|text| text.parse().unwrap())
        .into();
        numbers.sort();
        let texts: Vec<&str> = numbers.iter().map(BigInt::as_str).collect();
        assert_eq!(
            texts,
            [
                "-100000000000000000000",
                "-99999999999999999999",
                "99999999999999999999",
                "100000000000000000000"
            ]
        );
    }
}
