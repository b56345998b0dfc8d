//! When a session expires. Every function takes `now`; nothing here reads a clock.

mod lifetimes;
mod timeouts;

use std::time::Duration;

pub(crate) use self::lifetimes::Lifetimes;
pub use self::timeouts::{Timeouts, TimeoutsError};
use crate::clock::UnixTime;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The limits after which a session expires, and when its expiry is extended.
///
/// A session expires at the earlier of its two limits. Activity extends only the idle limit.
///
/// | session | limits |
/// |---|---|
/// | without its [own timeouts](crate::Session::set_timeouts) | these limits |
/// | with its own timeouts, such as a [remembered](Timeouts::remember_me) one | only those, limited by `longest_lifetime` of [`ClientSide`](crate::ClientSide::longest_lifetime) or [`ServerSide`](crate::ServerSide::longest_lifetime) |
/// | any session in Flask's formats | the idle limit; the formats cannot store timeouts |
///
/// Permanence and refresh are the same for all sessions. A session with its own timeouts is refreshed when a tenth of its own idle time has
/// passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// The maximum time without activity, counted from the last refresh. `None` means no idle limit.
    pub idle: Option<Duration>,
    /// The maximum age, regardless of activity. `None` means no absolute limit.
    pub absolute: Option<Duration>,
    /// Whether the cookie of a new session is kept when the browser is closed. [`Session::set_permanent`](crate::Session::set_permanent)
    /// changes that for one session.
    pub permanence: Permanence,
    /// When the idle time of an unchanged session is restarted.
    pub refresh: Refresh,
}

/// Whether the cookie is kept when the browser is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permanence {
    /// The browser removes the cookie when it is closed (the cookie has no `Expires`).
    BrowserSession,
    /// The browser keeps the cookie until it expires (the cookie has an `Expires`): Flask's `session.permanent`.
    Permanent,
}

/// When the idle time of an unchanged session is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// When a request opens it and at least a tenth of the idle time has passed.
    WhenDue,
    /// In each request if the session is permanent, whether it was opened or not: Flask's `SESSION_REFRESH_EACH_REQUEST`.
    EachRequest,
    /// Only when the session is changed.
    OnChange,
}

/// The times from which the expiry of a session is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When the session began.
    pub created: UnixTime,
    /// When the session was last written or refreshed.
    pub refreshed: UnixTime,
}

impl Times {
    /// Returns the times of the same session, refreshed at `now`.
    #[must_use]
    pub fn refreshed_at(self, now: UnixTime) -> Self {
        Self { refreshed: now, ..self }
    }
}

impl Default for Lifetime {
    /// 1 hour idle, 24 hours absolute, ends when the browser is closed: NIST SP 800-63B-4 §2.2.3 (AAL2).
    fn default() -> Self {
        Self::limits(HOUR, DAY)
    }
}

impl Lifetime {
    /// 30 days absolute, no idle limit: NIST SP 800-63B-4 §2.1.3 (AAL1).
    #[must_use]
    pub fn aal1() -> Self {
        Self { idle: None, ..Self::limits(0, 30 * DAY) }
    }

    /// 1 hour idle, 24 hours absolute: NIST SP 800-63B-4 §2.2.3 (AAL2). The default.
    #[must_use]
    pub fn aal2() -> Self {
        Self::default()
    }

    /// 15 minutes idle, 12 hours absolute: NIST SP 800-63B-4 §2.3.3 (AAL3).
    #[must_use]
    pub fn aal3() -> Self {
        Self::limits(15 * MINUTE, 12 * HOUR)
    }

    /// 5 minutes idle, 8 hours absolute: the OWASP session management cheat sheet's figures for high-value applications.
    #[must_use]
    pub fn owasp_high_value() -> Self {
        Self::limits(5 * MINUTE, 8 * HOUR)
    }

    /// Flask's lifetime: 31 days since the cookie was last signed, refreshed in each request if permanent, which it is not by default.
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

    /// Returns the lifetime of a session with these timeouts, if it has its own.
    #[must_use]
    pub fn with(&self, own: Option<Timeouts>) -> Self {
        match own {
            Some(Timeouts { idle, absolute }) => Self { idle, absolute, ..*self },
            None => *self,
        }
    }

    /// Whether each session would expire immediately.
    pub(crate) fn has_zero(&self) -> bool {
        Timeouts::of(self).has_zero()
    }

    /// Returns when a session with these times expires unless it is refreshed, or `None` if it never expires.
    #[must_use]
    pub fn expires_at(&self, times: Times) -> Option<UnixTime> {
        let by_idleness = self.idle.map(|idle| times.refreshed.plus(idle));
        let by_age = self.absolute.map(|absolute| times.created.plus(absolute));
        by_idleness.into_iter().chain(by_age).min()
    }

    /// Returns `true` if a session has expired, that is, if `now` is its expiry or later.
    #[must_use]
    pub fn is_expired(&self, times: Times, now: UnixTime) -> bool {
        self.expires_at(times).is_some_and(|end| now >= end)
    }

    /// Returns `true` if an unchanged session that was opened must be refreshed.
    #[must_use]
    pub fn is_refresh_due(&self, times: Times, permanent: bool, now: UnixTime) -> bool {
        match self.refresh {
            Refresh::EachRequest => permanent,
            Refresh::WhenDue => self.is_tenth_used(times, now),
            Refresh::OnChange => false,
        }
    }

    /// Whether the use of an unchanged session must be stored, where that costs a write: not before a tenth of the idle time has passed.
    ///
    /// A process whose clock is fast may have written it. If that time counted until it has come, the session could expire while it is used.
    pub(crate) fn is_write_due(&self, times: Times, now: UnixTime) -> bool {
        let is_ahead = self.idle.is_some_and(|idle| times.refreshed.since(now) >= idle / 2);
        self.refresh != Refresh::OnChange && (is_ahead || self.is_tenth_used(times, now))
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

    #[test]
    fn a_write_is_due_from_a_tenth_of_the_idle_time_on_and_after_a_fast_clock() {
        let lifetime = Lifetime::aal3();
        let tenth = 90;
        let due = |now| lifetime.is_write_due(times(1000), at(now));
        assert!(!due(1000) && !due(1000 + tenth - 1) && due(1000 + tenth));
        assert!(!due(1000 - tenth) && !due(551) && due(550) && due(0));
        let on_change = Lifetime { refresh: Refresh::OnChange, ..lifetime };
        assert!(
            !on_change.is_write_due(times(1000), at(9000)) && !on_change.is_write_due(times(1000), at(0))
        );
        assert!(!Lifetime::aal1().is_write_due(times(1000), at(9000)), "no idle limit");
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
        assert_eq!(lifetime.expires_at(times(12 * HOUR - 1)), Some(at(12 * HOUR)));
        assert!(lifetime.is_expired(times(12 * HOUR - 1), at(12 * HOUR)));
    }

    #[test]
    fn no_limits_no_end() {
        let endless = Lifetime { idle: None, absolute: None, ..Lifetime::default() };
        assert_eq!(endless.expires_at(times(0)), None);
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
