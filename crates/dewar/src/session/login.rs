//! Logging in and out: one call each, with everything that belongs to it.

use super::changes::NewId;
use super::owner::{Device, owner_name};
use super::{Session, State};
use crate::value::Text;

/// Who logs in, and how: for [`Session::log_in`].
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
#[must_use = "it does nothing until it is given to `Session::log_in`"]
pub struct Login {
    owner: Text,
    remember_me: bool,
    device: Option<Device>,
}

impl Login {
    /// The login of an owner, such as `user:42`: what the program tells its users apart by, and never reuses. See [`Session::set_owner`].
    pub fn new(owner: impl Into<Text>) -> Self {
        Self { owner: owner.into(), remember_me: false, device: None }
    }

    /// Whether the user stays logged in after the browser was closed. `false` unless it is set.
    pub fn remember_me(self, remember_me: bool) -> Self {
        Self { remember_me, ..self }
    }

    /// Labels for a page such as "where you are logged in". See [`Session::set_device`].
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
    /// Logs a user in. Call it once the password, and the second factor if there is one, were checked.
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) {
    /// session.log_in("user:42");
    /// # }
    /// ```
    ///
    /// The session begins anew: it gets a new id, so that nobody who knows the old one is logged in (session fixation); the owner, whose
    /// sessions can be [listed and ended](crate::SessionManager::sessions_of); and a full absolute lifetime. A [`Login`] has the options:
    /// whether the user stays logged in when the browser is closed, and what the session is called in a list. A limit of sessions,
    /// [`ServerSide::session_limit`](crate::ServerSide::session_limit), is applied when the session is saved.
    ///
    /// What becomes of the data depends on who owned the session before:
    ///
    /// | the session belonged to | its data, flash messages included |
    /// |---|---|
    /// | nobody: a visitor, with a cart perhaps | come along |
    /// | the same owner | stay |
    /// | another owner | are removed: nothing of one user reaches the next. That owner is logged out, as by [`log_out`](Self::log_out) |
    ///
    /// "Remember me" is not taken over by the next login: without [`Login::remember_me`] the session ends with the browser, unless all
    /// sessions outlive it ([`Lifetime::permanence`](crate::Lifetime::permanence)). Labels are, if the owner stays the same.
    ///
    /// The request always ends with a cookie that works, also if its old id has ended: after a double click, after a logout in another tab,
    /// or when the login is repeated because its response was lost. Only [`destroy`](Self::destroy) earlier in the same request is final: then the
    /// login is dropped, and counted as `changed_after_destroy`.
    pub fn log_in(&self, login: impl Into<Login>) {
        let Login { owner, remember_me, device } = login.into();
        let login = Login { owner: owner_name(&owner.to_str_lossy()).into(), remember_me, device };
        self.write(|state| state.log_in(login));
    }

    /// Logs the user out: the session ends, with its data, its owner and its id.
    ///
    /// What is set afterwards begins another session, for a message on the next page:
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) {
    /// session.log_out();
    /// session.flash("Goodbye", "message");
    /// # }
    /// ```
    ///
    /// If nothing is set afterwards, the cookie is removed. Either way it is as final as [`destroy`](Self::destroy): the session ends under
    /// whatever id it has by now, what other requests still write to it is dropped, and the cookie is removed even if the store fails. "Remember
    /// me" ends with it.
    pub fn log_out(&self) {
        self.write(State::log_out);
    }
}

impl State {
    fn log_in(&mut self, Login { owner, remember_me, device }: Login) {
        if self.is_change_lost() {
            return;
        }
        if self.latest_owner().is_some_and(|present| present != owner) {
            // What was set since the session was cleared is nobody's.
            if self.owner().is_some() || !self.changes.cleared {
                self.clear();
            }
            self.set_device(Device::default());
            self.taken_flashes = None;
        }
        self.begin_anew();
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
        self.begin_anew();
        self.ask_for_id(NewId::Begin);
    }
}
