//! The own lifetime of a single session: "remember me".

use std::fmt;
use std::time::Duration;

use super::{DAY, HOUR, Lifetime, MINUTE};

/// The maximum of a limit in seconds, as it is stored.
const LONGEST: u64 = u32::MAX as u64;

/// The limits of a single session that has its own lifetime. They replace those of [`Lifetime`].
///
/// They are rounded down to whole seconds, and limited to 136 years.
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
    /// The maximum time without activity, counted from the last refresh. `None` means no idle limit.
    pub idle: Option<Duration>,
    /// The maximum age, regardless of activity. `None` means no absolute limit.
    pub absolute: Option<Duration>,
}

/// The error for timeouts that a session cannot have. The session keeps its previous timeouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeoutsError {
    /// Flask's formats cannot store the lifetime of a single session.
    NoRoom,
    /// The timeouts are longer than the setting `longest_lifetime` and the general lifetime allow.
    TooLong {
        /// The longest timeouts that are allowed.
        longest: Timeouts,
    },
    /// A timeout of less than a second would end the session immediately.
    Zero,
}

impl Timeouts {
    /// 30 days idle, 365 days absolute.
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

    /// The numbers to store: the idle and the absolute limit in seconds, 0 for none.
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
                "Flask's formats cannot store the lifetime of a single session; use Dewar's own formats (ClientSide::new, ServerSide::new)",
            ),
            Self::TooLong { longest } => write!(
                f,
                "the timeouts are longer than the setting longest_lifetime allows: {} idle, {} absolute",
                Limit(longest.idle),
                Limit(longest.absolute)
            ),
            Self::Zero => f.write_str("a timeout of less than a second would end the session immediately; to end it, use Session::destroy"),
        }
    }
}

impl std::error::Error for TimeoutsError {}

/// Formats a duration in the largest unit that needs no fraction, such as "30 days" or "90 minutes".
struct Limit(Option<Duration>);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(seconds) = self.0.map(|limit| limit.as_secs()) else { return f.write_str("unlimited") };
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
        assert!(text(Timeouts::remember_me()).ends_with(": 30 days idle, 365 days absolute"));
        assert!(text(timeouts(HOUR, DAY)).ends_with(": 1 hour idle, 1 day absolute"));
        assert!(text(timeouts(90 * MINUTE, 25 * HOUR)).ends_with(": 90 minutes idle, 25 hours absolute"));
        assert!(text(timeouts(0, 61)).ends_with(": 0 seconds idle, 61 seconds absolute"));
        assert!(
            text(Timeouts { idle: None, ..timeouts(0, 1) }).ends_with(": unlimited idle, 1 second absolute")
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
