//! Moments and lengths of time as a person reads them.

use dewar::clock::UnixTime;
use dewar::value::DateTime;
use serde::Serialize;

/// A moment: the number that programs compare, and the text that people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Moment {
    pub(crate) unix: i64,
    /// Such as `2024-02-29 12:34:56 UTC`; nothing for years beyond 9999.
    pub(crate) utc: Option<String>,
}

impl From<UnixTime> for Moment {
    fn from(time: UnixTime) -> Self {
        let iso = DateTime::naive(time.seconds(), 0).map(|date| date.to_iso());
        Self { unix: time.seconds(), utc: iso.map(|iso| format!("{} UTC", iso.replace('T', " "))) }
    }
}

impl Moment {
    /// The text, or the number where there is none.
    pub(crate) fn in_words(&self) -> String {
        self.utc.clone().unwrap_or_else(|| format!("{} seconds after 1970", self.unix))
    }
}

const UNITS: [(u64, &str); 5] =
    [(31_557_600, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];

/// A length of time in its largest unit, rounded down, and the next one: `1 day 3 hours`.
pub(crate) fn in_words(seconds: u64) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, unit) in UNITS {
        let count = rest / size;
        rest %= size;
        match count {
            0 if parts.is_empty() => {}
            0 => break,
            1 => parts.push(format!("1 {unit}")),
            _ => parts.push(format!("{count} {unit}s")),
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        let table = [
            (0, "0 seconds"),
            (1, "1 second"),
            (61, "1 minute 1 second"),
            (3_600, "1 hour"),
            (3_601, "1 hour"),
            (97_200, "1 day 3 hours"),
            (2_678_400, "31 days"),
            (u64::MAX, "584542046090 years 228 days"),
        ];
        for (seconds, words) in table {
            assert_eq!(in_words(seconds), words);
        }
    }

    #[test]
    fn moments() {
        let moment = Moment::from(UnixTime::from_seconds(1_709_210_096));
        assert_eq!(moment.in_words(), "2024-02-29 12:34:56 UTC");
        let beyond = Moment::from(UnixTime::from_seconds(i64::MAX));
        assert!(beyond.in_words().ends_with("seconds after 1970"));
    }
}
