//! When a session expires. Every function takes `now`; nothing here reads the clock.

mod lifetimes;
mod timeouts;

use std::time::Duration;

pub(crate) use self::lifetimes::Lifetimes;
pub use self::timeouts::{Timeouts, TimeoutsError};
use crate::clock::UnixTime;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// When a session ends, and when its end is moved.
///
/// A session expires at the earlier of its two limits. Activity never moves the absolute one.
///
/// | | what counts |
/// |---|---|
/// | a session without [timeouts of its own](crate::Session::set_timeouts) | these limits |
/// | one that has some (a [remembered](Timeouts::remember_me) one, say) | those alone, cut to `longest_lifetime` of [`ClientSide`](crate::ClientSide::longest_lifetime) or [`ServerSide`](crate::ServerSide::longest_lifetime) |
/// | any session in Flask's formats | the idle limit: there is no room for another |
///
/// Permanence and refresh are the same for all: a session with timeouts of its own is refreshed in a tenth of its own idle time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// It expires this long after its last refresh. `None`: idleness does not end it.
    pub idle: Option<Duration>,
    /// It expires this long after it began, whatever happens. `None`: only idleness ends it.
    pub absolute: Option<Duration>,
    /// Whether a new session outlives the browser;
    /// [`Session::set_permanent`](crate::Session::set_permanent) changes that for one session.
    pub permanence: Permanence,
    /// When the idle time of an unchanged session starts anew.
    pub refresh: Refresh,
}

/// Whether the cookie outlives the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permanence {
    /// The browser forgets the cookie when it is closed (the cookie has no `Expires`).
    BrowserSession,
    /// The cookie carries an `Expires`: Flask's `session.permanent`.
    Permanent,
}

/// When the idle time of an unchanged session starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// When a request opens it and at least a tenth of the idle time has passed.
    WhenDue,
    /// On each request if it is permanent, opened or not: Flask's `SESSION_REFRESH_EACH_REQUEST`.
    EachRequest,
    /// Never: only a change refreshes it.
    OnChange,
}

/// The two moments from which the end of a session is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it began.
    pub created: UnixTime,
    /// When it was last written or refreshed.
    pub refreshed: UnixTime,
}

impl Times {
    /// The times of the same session, refreshed at `now`.
    #[must_use]
    pub fn refreshed_at(self, now: UnixTime) -> Self {
        Self { refreshed: now, ..self }
    }
}

impl Default for Lifetime {
    /// One hour idle, 24 hours in all, ends with the browser: NIST SP 800-63B-4 §2.2.3 (AAL2).
    fn default() -> Self {
        Self::limits(HOUR, DAY)
    }
}

impl Lifetime {
    /// 30 days, no idle limit: NIST SP 800-63B-4 §2.1.3 (AAL1).
    #[must_use]
    pub fn aal1() -> Self {
        Self { idle: None, ..Self::limits(0, 30 * DAY) }
    }

    /// 24 hours, one hour idle: NIST SP 800-63B-4 §2.2.3 (AAL2). The default.
    #[must_use]
    pub fn aal2() -> Self {
        Self::default()
    }

    /// 12 hours, 15 minutes idle: NIST SP 800-63B-4 §2.3.3 (AAL3).
    #[must_use]
    pub fn aal3() -> Self {
        Self::limits(15 * MINUTE, 12 * HOUR)
    }

    /// 8 hours, 5 minutes idle: the OWASP session management cheat sheet's figures for high-value
    /// applications.
    #[must_use]
    pub fn owasp_high_value() -> Self {
        Self::limits(5 * MINUTE, 8 * HOUR)
    }

    /// Flask's: 31 days since the cookie was last signed; refreshed on each request if permanent, which it is
    /// not by default.
    #[must_use]
    pub fn flask() -> Self {
        Self {
            idle: Some(Duration::from_secs(31 * DAY)),
            absolute: None,
            permanence: Permanence::BrowserSession,
            refresh: Refresh::EachRequest,
        }
    }

    fn limits(idle: u64, absolute: u64) -> Self {
        Self {
            idle: Some(Duration::from_secs(idle)),
            absolute: Some(Duration::from_secs(absolute)),
            permanence: Permanence::BrowserSession,
            refresh: Refresh::WhenDue,
        }
    }

    /// The lifetime of a session with these timeouts of its own, or none.
    #[must_use]
    pub fn with(&self, own: Option<Timeouts>) -> Self {
        match own {
            Some(Timeouts { idle, absolute }) => Self { idle, absolute, ..*self },
            None => *self,
        }
    }

    /// Whether each session would end at once.
    pub(crate) fn has_zero(&self) -> bool {
        Timeouts::of(self).has_zero()
    }

    /// When a session with these times expires if nothing refreshes it; `None` if never.
    #[must_use]
    pub fn ends(&self, times: Times) -> Option<UnixTime> {
        let by_idleness = self.idle.map(|idle| times.refreshed.plus(idle));
        let by_age = self.absolute.map(|absolute| times.created.plus(absolute));
        by_idleness.into_iter().chain(by_age).min()
    }

    /// Whether a session has expired: from its end on, the end included.
    #[must_use]
    pub fn is_expired(&self, times: Times, now: UnixTime) -> bool {
        self.ends(times).is_some_and(|end| now >= end)
    }

    /// Whether an unchanged session that was opened is to be refreshed.
    #[must_use]
    pub fn is_refresh_due(&self, times: Times, permanent: bool, now: UnixTime) -> bool {
        match self.refresh {
            Refresh::EachRequest => permanent,
            Refresh::WhenDue => self.is_tenth_used(times, now),
            Refresh::OnChange => false,
        }
    }

    /// Whether a look at an unchanged session is to be stored, where each time costs a write: never more often than in a tenth of the idle time.
    pub(crate) fn is_write_due(&self, times: Times, now: UnixTime) -> bool {
        self.refresh != Refresh::OnChange && self.is_tenth_used(times, now)
    }

    fn is_tenth_used(&self, times: Times, now: UnixTime) -> bool {
        self.idle.is_some_and(|idle| now.since(times.refreshed) >= idle / 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATED: UnixTime = UnixTime::from_seconds(1_709_210_096);

    fn times(refreshed_after: u64) -> Times {
        Times { created: CREATED, refreshed: CREATED.plus(Duration::from_secs(refreshed_after)) }
    }

    fn at(seconds: u64) -> UnixTime {
        CREATED.plus(Duration::from_secs(seconds))
    }

    /// One rule for every limit, `now >= end`, to the millisecond.
    #[test]
    fn a_session_is_expired_from_its_end_on() {
        let lifetime = Lifetime::aal3();
        let end = at(15 * MINUTE);
        assert!(!lifetime.is_expired(times(0), UnixTime::from_millis(end.millis() - 1)));
        assert!(lifetime.is_expired(times(0), end));
        assert!(lifetime.is_expired(times(0), UnixTime::from_millis(end.millis() + 1)));
    }

    #[test]
    fn activity_never_moves_the_absolute_limit() {
        let lifetime = Lifetime::aal3();
        assert_eq!(lifetime.ends(times(12 * HOUR - 1)), Some(at(12 * HOUR)));
        assert!(lifetime.is_expired(times(12 * HOUR - 1), at(12 * HOUR)));
    }

    #[test]
    fn no_limits_no_end() {
        let endless = Lifetime { idle: None, absolute: None, ..Lifetime::default() };
        assert_eq!(endless.ends(times(0)), None);
        assert!(!endless.is_expired(times(0), UnixTime::from_millis(i64::MAX)));
        assert!(!endless.is_refresh_due(times(0), true, UnixTime::from_millis(i64::MAX)));
    }

    #[test]
    fn when_a_refresh_is_due() {
        let when_due = Lifetime::default();
        assert!(!when_due.is_refresh_due(times(0), true, at(6 * MINUTE - 1)));
        assert!(when_due.is_refresh_due(times(0), false, at(6 * MINUTE)));
        assert!(Lifetime::flask().is_refresh_due(times(0), true, at(0)));
        assert!(!Lifetime::flask().is_refresh_due(times(0), false, at(DAY)));
        let on_change = Lifetime { refresh: Refresh::OnChange, ..Lifetime::default() };
        assert!(!on_change.is_refresh_due(times(0), true, at(HOUR)));
    }

    #[test]
    fn presets_have_the_figures_of_their_sources() {
        let figures = |l: Lifetime| (l.idle.map(|d| d.as_secs()), l.absolute.map(|d| d.as_secs()));
        assert_eq!(figures(Lifetime::aal1()), (None, Some(2_592_000)));
        assert_eq!(figures(Lifetime::aal2()), (Some(3600), Some(86_400)));
        assert_eq!(figures(Lifetime::aal3()), (Some(900), Some(43_200)));
        assert_eq!(figures(Lifetime::owasp_high_value()), (Some(300), Some(28_800)));
        assert_eq!(figures(Lifetime::flask()), (Some(2_678_400), None));
    }
}
