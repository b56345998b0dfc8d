//! Login and logout: one call each that does everything needed.

use super::changes::NewId;
use super::owner::{Device, owner_name};
use super::{Session, State};
use crate::value::Text;

/// The owner and options of a login, for [`Session::log_in`].
///
/// ```
/// # use dewar::Session;
/// use dewar::Login;
///
/// # fn handler(session: &Session, user_agent: &str, stay: bool) {
/// session.log_in(Login::new("user:42").remember_me(stay).device(user_agent, "Lisbon"));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "has no effect until it is passed to `Session::log_in`"]
pub struct Login {
    owner: Text,
    remember_me: bool,
    device: Option<Device>,
}

impl Login {
    /// Creates the login of an owner, such as `user:42`. The name must identify the user uniquely and never be reused. See
    /// [`Session::set_owner`].
    pub fn new(owner: impl Into<Text>) -> Self {
        Self { owner: owner.into(), remember_me: false, device: None }
    }

    /// Sets whether the user stays logged in after closing the browser. The default is `false`.
    pub fn remember_me(self, remember_me: bool) -> Self {
        Self { remember_me, ..self }
    }

    /// Sets labels for a page such as "where you are logged in". See [`Session::set_device`].
    pub fn device(self, user_agent: impl Into<Text>, address: impl Into<Text>) -> Self {
        Self { device: Some(Device::labelled(user_agent.into(), address.into())), ..self }
    }
}

impl From<&str> for Login {
    fn from(owner: &str) -> Self {
        Self::new(owner)
    }
}

impl From<String> for Login {
    fn from(owner: String) -> Self {
        Self::new(owner)
    }
}

impl From<Text> for Login {
    fn from(owner: Text) -> Self {
        Self::new(owner)
    }
}

impl Session {
    /// Logs a user in. Call it after checking the password, and the second factor if there is one.
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) {
    /// session.log_in("user:42");
    /// # }
    /// ```
    ///
    /// The session restarts: it gets a new id, so that anyone who knows the old one is not logged in (session fixation); an owner, whose
    /// sessions can be [listed and ended](crate::SessionManager::sessions_of); and a full absolute lifetime. A [`Login`] has options for
    /// staying logged in after the browser is closed and for the labels in a list of sessions. The limit on the number of sessions,
    /// [`ServerSide::session_limit`](crate::ServerSide::session_limit), is applied when the session is saved.
    ///
    /// What happens to the data depends on the previous owner:
    ///
    /// | previous owner | data, including flash messages |
    /// |---|---|
    /// | none: a visitor, perhaps with a cart | kept |
    /// | the same owner | kept |
    /// | another owner | removed, so that one user never sees the data of another. The previous owner is logged out, as by [`log_out`](Self::log_out) |
    ///
    /// "Remember me" does not carry over to the next login: without [`Login::remember_me`] the session ends when the browser is closed,
    /// unless [`Lifetime::permanence`](crate::Lifetime::permanence) keeps all sessions. Labels carry over if the owner stays the same.
    ///
    /// The response always carries a cookie that works, even if the old id has ended: after a double click, after a logout in another tab,
    /// or when the login is repeated because its response was lost. Only an earlier [`destroy`](Self::destroy) in the same request prevents
    /// this: the login is dropped and counted as `changed_after_destroy`.
    pub fn log_in(&self, login: impl Into<Login>) {
        let Login { owner, remember_me, device } = login.into();
        let login = Login { owner: owner_name(&owner.to_str_lossy()).into(), remember_me, device };
        self.with_state_mut(|state| state.log_in(login));
    }

    /// Logs the user out: the session ends, with its data, its owner and its id.
    ///
    /// Anything set afterwards begins another session, which allows a message on the next page:
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) {
    /// session.log_out();
    /// session.flash("Goodbye", "message");
    /// # }
    /// ```
    ///
    /// If nothing is set afterwards, the cookie is removed. Either way the logout is as final as [`destroy`](Self::destroy): the session
    /// ends even if it has a newer id by now, later writes of other requests are dropped, and the cookie is removed even if the store
    /// fails. "Remember me" ends too.
    pub fn log_out(&self) {
        self.with_state_mut(State::log_out);
    }
}

impl State {
    fn log_in(&mut self, Login { owner, remember_me, device }: Login) {
        if self.is_change_lost() {
            return;
        }
        if self.latest_owner().is_some_and(|present| present != owner) {
            // Data set since the session was cleared has no owner.
            if self.owner().is_some() || !self.changes.cleared {
                self.clear();
            }
            self.set_device(Device::default());
            self.taken_flashes = None;
        }
        self.restart();
        self.ask_for_id(NewId::Begin);
        self.set_owner(Some(owner));
        self.remember_me(remember_me);
        if let Some(device) = device {
            self.set_device(device);
        }
    }

    fn log_out(&mut self) {
        if self.destroyed {
            return;
        }
        self.clear();
        self.set_device(Device::default());
        self.taken_flashes = None;
        self.remember_me(false);
        self.restart();
        self.ask_for_id(NewId::Begin);
    }
}
