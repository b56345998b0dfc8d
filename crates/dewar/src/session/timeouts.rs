//! The lifetime of a single session, and restarting a lifetime.

use super::{Layout, Session, State};
use crate::lifetime::{Timeouts, TimeoutsError};

impl Session {
    /// Gives this session its own lifetime, which replaces the [`Lifetime`](crate::Lifetime) of all sessions; `None` removes it. It is
    /// stored with the data, and setting it counts as a change.
    ///
    /// [`clear`](Self::clear), [`destroy`](Self::destroy) and [`log_in`](Self::log_in) remove it, so set it after a login. It is kept when
    /// the session gets a new id. It does not decide whether the cookie is kept when the browser is closed: see
    /// [`set_permanent`](Self::set_permanent).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use dewar::Session;
    /// # use dewar::lifetime::{Timeouts, TimeoutsError};
    /// fn at_a_shared_computer(session: &Session) -> Result<(), TimeoutsError> {
    ///     session.set_timeouts(Timeouts { idle: Some(Duration::from_secs(300)), absolute: Some(Duration::from_secs(3600)) })
    /// }
    /// ```
    ///
    /// # Errors
    /// When a timeout is zero or longer than the setting `longest_lifetime` allows, and in Flask's formats, which cannot store it.
    pub fn set_timeouts(&self, timeouts: impl Into<Option<Timeouts>>) -> Result<(), TimeoutsError> {
        let timeouts = timeouts.into();
        self.with_state_mut(|state| state.set_timeouts(timeouts))
    }

    /// Returns this session's own lifetime, or `None` if it has the lifetime of all sessions.
    #[must_use]
    pub fn timeouts(&self) -> Option<Timeouts> {
        self.with_state(State::timeouts)
    }
}

impl State {
    pub(crate) fn timeouts(&self) -> Option<Timeouts> {
        self.timeouts
    }

    fn set_timeouts(&mut self, timeouts: Option<Timeouts>) -> Result<(), TimeoutsError> {
        let checked = timeouts.map(|timeouts| self.lifetimes.check(timeouts)).transpose()?;
        if !(self.destroyed && checked.is_none() || self.is_change_lost()) {
            self.give_timeouts(checked);
        }
        Ok(())
    }

    /// A remembered session is kept when the browser is closed, and has its own lifetime. Flask's formats cannot store a lifetime, so there
    /// it is only kept, as in Flask. A session that is not remembered has the default settings.
    pub(super) fn remember_me(&mut self, is_remembered: bool) {
        let is_permanent = is_remembered || self.lifetimes.is_permanent_by_default();
        // In Flask's layout, a flag with the default value would only be one more key in the data.
        if is_remembered || self.layout == Layout::Separate || self.is_permanent() != is_permanent {
            self.set_permanent(is_permanent);
        }
        if !self.destroyed {
            self.give_timeouts(if is_remembered { self.lifetimes.remembered() } else { None });
        }
    }

    /// Recorded even if they are the same: the stored session that the changes are applied to may have others.
    fn give_timeouts(&mut self, timeouts: Option<Timeouts>) {
        if self.layout == Layout::Separate {
            self.changes.timeouts_set();
            self.timeouts = timeouts;
        }
    }

    /// Restarts the absolute limit.
    pub(super) fn restart(&mut self) {
        self.changes.restart = true;
    }

    /// Whether this request restarted the absolute limit.
    pub(crate) fn is_restarted(&self) -> bool {
        self.changes.restart || self.saving.restart
    }
}
