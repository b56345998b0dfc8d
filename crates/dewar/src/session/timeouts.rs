//! A lifetime of one session's own, and a lifetime that begins again.

use super::{Layout, Session, State};
use crate::lifetime::{Timeouts, TimeoutsError};

impl Session {
    /// Gives this session a lifetime of its own, which counts in place of the [`Lifetime`](crate::Lifetime) of all sessions; `None` takes it
    /// away. Stored with the data, and counted as a change.
    ///
    /// It ends with [`clear`](Self::clear) and [`destroy`](Self::destroy), and with [`log_in`](Self::log_in): set it after that. It stays when the
    /// session gets a new id. Whether the cookie
    /// outlives the browser is another question: [`set_permanent`](Self::set_permanent).
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
    /// When a timeout is zero, or longer than the setting `longest_lifetime` allows; and in Flask's formats, which have no room for it.
    pub fn set_timeouts(&self, timeouts: impl Into<Option<Timeouts>>) -> Result<(), TimeoutsError> {
        let timeouts = timeouts.into();
        self.write(|state| state.set_timeouts(timeouts))
    }

    /// The lifetime of its own that this session has; `None`: the one of all sessions counts.
    #[must_use]
    pub fn timeouts(&self) -> Option<Timeouts> {
        self.look(State::timeouts)
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

    /// A remembered session outlives the browser, and has a lifetime of its own; in Flask's formats, which have no room for that, it only
    /// outlives the browser, as in Flask. One that is not remembered has what every session has.
    pub(super) fn remember_me(&mut self, is_remembered: bool) {
        let is_permanent = is_remembered || self.lifetimes.is_permanent_by_default();
        // A flag among the data that says what they say without it would only be one more key.
        if is_remembered || self.layout == Layout::Beside || self.is_permanent() != is_permanent {
            self.set_permanent(is_permanent);
        }
        if !self.destroyed {
            self.give_timeouts(if is_remembered { self.lifetimes.remembered() } else { None });
        }
    }

    /// Recorded even if it has them: what this request's changes are made to may not.
    fn give_timeouts(&mut self, timeouts: Option<Timeouts>) {
        if self.layout == Layout::Beside {
            self.changes.timeouts_set();
            self.timeouts = timeouts;
        }
    }

    /// The session begins now, as far as its absolute limit is concerned.
    pub(super) fn begin_anew(&mut self) {
        self.changes.restart = true;
    }

    /// Whether this request asked for that.
    pub(crate) fn begins_anew(&self) -> bool {
        self.changes.restart || self.in_flight.restart
    }
}
