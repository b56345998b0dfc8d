//! A lifetime of its own for one session: "remember me".

use std::fmt;
use std::time::Duration;

use super::{DAY, HOUR, Lifetime, MINUTE};

/// The most seconds of a limit: as many as are stored.
const LONGEST: u64 = u32::MAX as u64;

/// The two limits of one session that has a lifetime of its own; they count in place of those of [`Lifetime`].
///
/// Whole seconds, up to 136 years: the rest is cut off.
///
/// ```
/// use std::time::Duration;
/// use dewar::lifetime::Timeouts;
///
/// let quarter_of_an_hour = Timeouts { idle: Some(Duration::from_secs(900)), absolute: None };
/// assert_eq!(Timeouts::remember_me().idle, Some(Duration::from_secs(30 * 86_400)));
/// # _ = quarter_of_an_hour;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// It expires this long after its last refresh. `None`: idleness does not end it.
    pub idle: Option<Duration>,
    /// It expires this long after it began, whatever happens. `None`: only idleness ends it.
    pub absolute: Option<Duration>,
}

/// Why a session cannot have these timeouts. It keeps those that it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeoutsError {
    /// Flask's formats have no room for a lifetime of one session's own.
    NoRoom,
    /// They are longer than the setting `longest_lifetime` allows (and than the lifetime of all sessions).
    TooLong {
        /// The longest that a session may ask for.
        longest: Timeouts,
    },
    /// A timeout of less than a second would end the session at once.
    Zero,
}

impl Timeouts {
    /// 30 days idle, 365 days in all.
    #[must_use]
    pub const fn remember_me() -> Self {
        Self { idle: Some(Duration::from_secs(30 * DAY)), absolute: Some(Duration::from_secs(365 * DAY)) }
    }

    pub(super) const fn of(lifetime: &Lifetime) -> Self {
        Self { idle: lifetime.idle, absolute: lifetime.absolute }
    }

    /// The shorter of both, limit by limit.
    pub(super) fn cut_to(self, longest: Self) -> Self {
        let shorter = |ours: Option<Duration>, longest| ours.into_iter().chain(longest).min();
        Self { idle: shorter(self.idle, longest.idle), absolute: shorter(self.absolute, longest.absolute) }
    }

    /// The longer of both, limit by limit.
    pub(super) fn or_longer(self, other: Self) -> Self {
        let longer = |ours: Option<Duration>, other: Option<Duration>| Some(ours?.max(other?));
        Self { idle: longer(self.idle, other.idle), absolute: longer(self.absolute, other.absolute) }
    }

    pub(super) fn has_zero(self) -> bool {
        self.idle.into_iter().chain(self.absolute).any(|limit| limit.is_zero())
    }

    pub(super) fn in_whole_seconds(self) -> Self {
        let whole = |limit: Duration| Duration::from_secs(limit.as_secs().min(LONGEST));
        Self { idle: self.idle.map(whole), absolute: self.absolute.map(whole) }
    }

    /// As numbers to store: the idle and the absolute limit in seconds, 0 for none.
    pub(crate) fn to_seconds(self) -> [u32; 2] {
        let seconds = |limit: Duration| u32::try_from(limit.as_secs().max(1)).unwrap_or(u32::MAX);
        [self.idle.map_or(0, seconds), self.absolute.map_or(0, seconds)]
    }

    pub(crate) fn from_seconds([idle, absolute]: [u32; 2]) -> Self {
        let limit = |seconds: u32| (seconds > 0).then(|| Duration::from_secs(seconds.into()));
        Self { idle: limit(idle), absolute: limit(absolute) }
    }
}

impl fmt::Display for TimeoutsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom => f.write_str(
                "Flask's formats have no room for a lifetime of one session's own; use Dewar's own (ClientSide::new, ServerSide::new)",
            ),
            Self::TooLong { longest } => write!(
                f,
                "timeouts longer than the setting longest_lifetime allows: {} idle, {} in all",
                Limit(longest.idle),
                Limit(longest.absolute)
            ),
            Self::Zero => f.write_str("a timeout of less than a second would end the session at once; use Session::destroy"),
        }
    }
}

impl std::error::Error for TimeoutsError {}

/// In the largest unit that needs no fraction: "30 days", "90 minutes".
struct Limit(Option<Duration>);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(seconds) = self.0.map(|limit| limit.as_secs()) else { return f.write_str("any time") };
        let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")];
        let fits = |(unit, _): &(u64, _)| seconds > 0 && seconds.is_multiple_of(*unit);
        let (unit, name) = units.into_iter().find(fits).unwrap_or((1, "second"));
        let count = seconds / unit;
        write!(f, "{count} {name}{}", if count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeouts(idle: u64, absolute: u64) -> Timeouts {
        Timeouts { idle: Some(Duration::from_secs(idle)), absolute: Some(Duration::from_secs(absolute)) }
    }

    #[test]
    fn the_numbers_that_are_stored_say_the_same() {
        let half = Timeouts { idle: None, ..timeouts(0, 9) };
        for timeouts in [timeouts(1, 2), Timeouts::remember_me(), half, timeouts(LONGEST, LONGEST)] {
            assert_eq!(Timeouts::from_seconds(timeouts.to_seconds()), timeouts);
        }
        let shortest = Timeouts { idle: Some(Duration::from_millis(1)), absolute: Some(Duration::MAX) };
        assert_eq!(shortest.to_seconds(), [1, u32::MAX], "a limit does not become none");
    }

    #[test]
    fn the_limits_are_told_in_the_units_of_people() {
        let text = |longest| TimeoutsError::TooLong { longest }.to_string();
        assert!(text(Timeouts::remember_me()).ends_with(": 30 days idle, 365 days in all"));
        assert!(text(timeouts(HOUR, DAY)).ends_with(": 1 hour idle, 1 day in all"));
        assert!(text(timeouts(90 * MINUTE, 25 * HOUR)).ends_with(": 90 minutes idle, 25 hours in all"));
        assert!(text(timeouts(0, 61)).ends_with(": 0 seconds idle, 61 seconds in all"));
        assert!(
            text(Timeouts { idle: None, ..timeouts(0, 1) }).ends_with(": any time idle, 1 second in all")
        );
    }

    #[test]
    fn none_is_longer_than_any_limit() {
        let endless = Timeouts { idle: None, absolute: None };
        assert_eq!(timeouts(5, 9).cut_to(endless), timeouts(5, 9));
        assert_eq!(endless.cut_to(timeouts(5, 9)), timeouts(5, 9));
        assert_eq!(timeouts(5, 9).cut_to(timeouts(7, 7)), timeouts(5, 7));
        assert_eq!(timeouts(5, 9).or_longer(timeouts(7, 7)), timeouts(7, 9));
        assert_eq!(timeouts(5, 9).or_longer(endless), endless);
    }
}
