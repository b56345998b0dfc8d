//! How long the sessions of one manager live: all of them, and those with a lifetime of their own.

use std::time::Duration;

use super::{Lifetime, Permanence, Timeouts, TimeoutsError};

/// The lifetime of all sessions, and how long one session may ask to live.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lifetimes {
    /// What counts for a session without timeouts of its own.
    pub(crate) everyone: Lifetime,
    /// The longest timeouts of a session's own; never shorter than what every session has. `None`: the format has no room for any.
    longest: Option<Timeouts>,
}

impl Lifetimes {
    pub(crate) fn new(everyone: Lifetime, longest: Timeouts) -> Self {
        Self { everyone, longest: Some(longest.or_longer(Timeouts::of(&everyone))) }
    }

    /// In a format that has no room for timeouts of one session's own.
    pub(crate) fn without_room(everyone: Lifetime) -> Self {
        Self { everyone, longest: None }
    }

    /// The lifetime of a session with these timeouts of its own, or none.
    pub(crate) fn of(&self, own: Option<Timeouts>) -> Lifetime {
        self.everyone.with(self.cut(own))
    }

    /// Timeouts that were stored, as far as they are allowed now.
    pub(crate) fn cut(&self, own: Option<Timeouts>) -> Option<Timeouts> {
        Some(own?.cut_to(self.longest?))
    }

    /// Timeouts that a session asks for, in whole seconds.
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

    /// The timeouts of a session that is remembered: never shorter than what every session has.
    pub(crate) fn remembered(&self) -> Option<Timeouts> {
        let remembered = Timeouts::remember_me().or_longer(Timeouts::of(&self.everyone));
        self.cut(Some(remembered.in_whole_seconds()))
    }

    /// Whether sessions outlive the browser if nothing else is said.
    pub(crate) fn is_permanent_by_default(&self) -> bool {
        self.everyone.permanence == Permanence::Permanent
    }

    /// How long after it began the oldest session ends. `None`: it may never end.
    pub(crate) fn longest_absolute(&self) -> Option<Duration> {
        self.longest.map_or(self.everyone.absolute, |longest| longest.absolute)
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
        let lifetimes = Lifetimes::without_room(Lifetime::flask());
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
