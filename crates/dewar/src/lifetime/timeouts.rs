//! A lifetime of its own for one session: "remember me".

use std::fmt;
use std::time::Duration;

use super::{DAY, Lifetime};

/// The two limits of one session that has a lifetime of its own; they count in place of those of [`Lifetime`].
///
/// Whole seconds: what is less than a second is cut off.
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

    pub(crate) const fn of(lifetime: &Lifetime) -> Self {
        Self { idle: lifetime.idle, absolute: lifetime.absolute }
    }

    /// The shorter of both, limit by limit.
    pub(crate) fn cut_to(self, longest: Self) -> Self {
        let shorter = |ours: Option<Duration>, longest| ours.into_iter().chain(longest).min();
        Self { idle: shorter(self.idle, longest.idle), absolute: shorter(self.absolute, longest.absolute) }
    }

    /// The longer of both, limit by limit.
    fn or_longer(self, other: Self) -> Self {
        let longer = |ours: Option<Duration>, other: Option<Duration>| Some(ours?.max(other?));
        Self { idle: longer(self.idle, other.idle), absolute: longer(self.absolute, other.absolute) }
    }

    fn in_whole_seconds(self) -> Self {
        let whole = |limit: Option<Duration>| limit.map(|limit| Duration::from_secs(limit.as_secs()));
        Self { idle: whole(self.idle), absolute: whole(self.absolute) }
    }
}

/// How long the sessions of one manager may live, where its format has room for a lifetime of one session's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// The longest that a session may ask for; never shorter than what every session has.
    pub(crate) longest: Timeouts,
    /// What every session has.
    everyone: Timeouts,
}

impl Allowed {
    pub(crate) fn new(lifetime: &Lifetime, longest: Timeouts) -> Self {
        let everyone = Timeouts::of(lifetime);
        Self { longest: longest.or_longer(everyone), everyone }
    }

    /// The timeouts of a session that asks for these, in whole seconds.
    ///
    /// # Errors
    /// When they are zero or too long.
    pub(crate) fn check(self, asked: Timeouts) -> Result<Timeouts, TimeoutsError> {
        let asked = asked.in_whole_seconds();
        if asked.idle.into_iter().chain(asked.absolute).any(|limit| limit.is_zero()) {
            return Err(TimeoutsError::Zero);
        }
        if asked.cut_to(self.longest) != asked {
            return Err(TimeoutsError::TooLong { longest: self.longest });
        }
        Ok(asked)
    }

    /// The timeouts of a session that is remembered: never shorter than what every session has.
    pub(crate) fn remembered(self) -> Timeouts {
        Timeouts::remember_me().or_longer(self.everyone).cut_to(self.longest).in_whole_seconds()
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
                "longer than the setting longest_lifetime allows: {} idle, {} in all",
                Limit(longest.idle),
                Limit(longest.absolute)
            ),
            Self::Zero => f.write_str("a timeout of less than a second would end the session at once; use Session::destroy"),
        }
    }
}

impl std::error::Error for TimeoutsError {}

struct Limit(Option<Duration>);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(limit) => write!(f, "{} s", limit.as_secs()),
            None => f.write_str("any time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeouts(idle: u64, absolute: u64) -> Timeouts {
        Timeouts { idle: Some(Duration::from_secs(idle)), absolute: Some(Duration::from_secs(absolute)) }
    }

    const ENDLESS: Timeouts = Timeouts { idle: None, absolute: None };

    #[test]
    fn none_is_longer_than_any_limit() {
        assert_eq!(timeouts(5, 9).cut_to(ENDLESS), timeouts(5, 9));
        assert_eq!(ENDLESS.cut_to(timeouts(5, 9)), timeouts(5, 9));
        assert_eq!(timeouts(5, 9).cut_to(timeouts(7, 7)), timeouts(5, 7));
        assert_eq!(timeouts(5, 9).or_longer(timeouts(7, 7)), timeouts(7, 9));
        assert_eq!(timeouts(5, 9).or_longer(ENDLESS), ENDLESS);
    }

    #[test]
    fn what_every_session_has_may_always_be_asked_for() {
        let allowed = Allowed::new(&Lifetime::aal1(), timeouts(60, 60));
        assert_eq!(allowed.check(Timeouts::of(&Lifetime::aal1())), Ok(Timeouts::of(&Lifetime::aal1())));
        let longest = allowed.longest;
        assert_eq!(longest, Timeouts { idle: None, absolute: Some(Duration::from_secs(30 * DAY)) });
        assert_eq!(allowed.check(ENDLESS), Err(TimeoutsError::TooLong { longest }));
    }

    #[test]
    fn zero_is_refused_and_parts_of_a_second_are_cut_off() {
        let allowed = Allowed::new(&Lifetime::default(), Timeouts::remember_me());
        let idle = |millis| Timeouts { idle: Some(Duration::from_millis(millis)), ..Timeouts::remember_me() };
        assert_eq!(allowed.check(idle(999)), Err(TimeoutsError::Zero));
        assert_eq!(allowed.check(idle(2999)), Ok(idle(2000)));
    }

    #[test]
    fn a_remembered_session_never_lives_shorter_than_the_others() {
        let default = Allowed::new(&Lifetime::default(), Timeouts::remember_me());
        assert_eq!(default.remembered(), Timeouts::remember_me());
        let endless = Lifetime { idle: None, absolute: None, ..Lifetime::default() };
        assert_eq!(Allowed::new(&endless, timeouts(60, 60)).remembered(), ENDLESS);
        let short = Allowed::new(&Lifetime::default(), timeouts(7 * DAY, 30 * DAY));
        assert_eq!(short.remembered(), timeouts(7 * DAY, 30 * DAY));
    }
}
