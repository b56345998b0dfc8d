//! The lifetimes of the sessions of one manager: the general one, and the limits of a session's own.

use std::time::Duration;

use super::{Lifetime, Permanence, Timeouts, TimeoutsError};

/// The lifetime of all sessions, and the maximum of a session's own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lifetimes {
    /// The lifetime of sessions without their own timeouts.
    pub(crate) general: Lifetime,
    /// The maximum of a session's own timeouts, never shorter than the general lifetime. `None`: the format cannot store any.
    longest: Option<Timeouts>,
}

impl Lifetimes {
    pub(crate) fn new(general: Lifetime, longest: Timeouts) -> Self {
        Self { general, longest: Some(longest.or_longer(Timeouts::of(&general))) }
    }

    /// For a format that cannot store a session's own timeouts.
    pub(crate) fn without_own(general: Lifetime) -> Self {
        Self { general, longest: None }
    }

    /// The lifetime of a session with these timeouts, if it has its own.
    pub(crate) fn of(&self, own: Option<Timeouts>) -> Lifetime {
        self.general.with(self.cut(own))
    }

    /// Limits stored timeouts to what is allowed now.
    pub(crate) fn cut(&self, own: Option<Timeouts>) -> Option<Timeouts> {
        Some(own?.cut_to(self.longest?))
    }

    /// Checks the timeouts that a program asks for, and returns them in whole seconds.
    ///
    /// # Errors
    /// When the session cannot have them.
    pub(crate) fn check(&self, asked: Timeouts) -> Result<Timeouts, TimeoutsError> {
        let longest = self.longest.ok_or(TimeoutsError::NoRoom)?;
        let asked = asked.in_whole_seconds();
        match asked {
            _ if asked.has_zero() => Err(TimeoutsError::Zero),
            _ if asked.cut_to(longest) != asked => Err(TimeoutsError::TooLong { longest }),
            _ => Ok(asked),
        }
    }

    /// The timeouts of a remembered session: never shorter than the general lifetime.
    pub(crate) fn remembered(&self) -> Option<Timeouts> {
        let remembered = Timeouts::remember_me().or_longer(Timeouts::of(&self.general));
        self.cut(Some(remembered.in_whole_seconds()))
    }

    /// Whether session cookies are kept by default when the browser is closed.
    pub(crate) fn is_permanent_by_default(&self) -> bool {
        self.general.permanence == Permanence::Permanent
    }

    /// The maximum age of any session. `None`: there is no maximum.
    pub(crate) fn longest_absolute(&self) -> Option<Duration> {
        self.longest.map_or(self.general.absolute, |longest| longest.absolute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;
    const ENDLESS: Timeouts = Timeouts { idle: None, absolute: None };

    fn timeouts(idle: u64, absolute: u64) -> Timeouts {
        Timeouts { idle: Some(Duration::from_secs(idle)), absolute: Some(Duration::from_secs(absolute)) }
    }

    #[test]
    fn what_every_session_has_may_always_be_asked_for() {
        let lifetimes = Lifetimes::new(Lifetime::aal1(), timeouts(60, 60));
        let longest = Timeouts { idle: None, absolute: Some(Duration::from_secs(30 * DAY)) };
        assert_eq!(lifetimes.check(longest), Ok(longest));
        assert_eq!(lifetimes.check(ENDLESS), Err(TimeoutsError::TooLong { longest }));
        assert_eq!(lifetimes.longest_absolute(), longest.absolute);
    }

    #[test]
    fn zero_is_refused_and_parts_of_a_second_are_cut_off() {
        let lifetimes = Lifetimes::new(Lifetime::default(), Timeouts::remember_me());
        let idle = |millis| Timeouts { idle: Some(Duration::from_millis(millis)), ..Timeouts::remember_me() };
        assert_eq!(lifetimes.check(idle(999)), Err(TimeoutsError::Zero));
        assert_eq!(lifetimes.check(idle(2999)), Ok(idle(2000)));
    }

    #[test]
    fn what_was_stored_is_cut_to_what_is_allowed_now() {
        let lifetimes = Lifetimes::new(Lifetime::default(), timeouts(7 * DAY, 30 * DAY));
        assert_eq!(lifetimes.cut(Some(Timeouts::remember_me())), Some(timeouts(7 * DAY, 30 * DAY)));
        assert_eq!(lifetimes.of(None), Lifetime::default());
        assert_eq!(lifetimes.of(Some(timeouts(60, 90))).idle, Some(Duration::from_secs(60)));
    }

    #[test]
    fn a_format_without_room_has_one_lifetime_for_all() {
        let lifetimes = Lifetimes::without_own(Lifetime::flask());
        assert_eq!(lifetimes.check(timeouts(60, 60)), Err(TimeoutsError::NoRoom));
        assert_eq!(lifetimes.of(Some(timeouts(60, 60))), Lifetime::flask());
        assert_eq!(lifetimes.remembered(), None);
    }

    #[test]
    fn a_remembered_session_never_lives_shorter_than_the_others() {
        let lifetimes = Lifetimes::new(Lifetime::default(), Timeouts::remember_me());
        assert_eq!(lifetimes.remembered(), Some(Timeouts::remember_me()));
        let endless = Lifetime { idle: None, absolute: None, ..Lifetime::default() };
        assert_eq!(Lifetimes::new(endless, timeouts(60, 60)).remembered(), Some(ENDLESS));
        let short = Lifetimes::new(Lifetime::default(), timeouts(7 * DAY, 30 * DAY));
        assert_eq!(short.remembered(), Some(timeouts(7 * DAY, 30 * DAY)));
    }
}
