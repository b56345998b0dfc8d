//! The handle that a program holds, and its two doors: one for looking, one for changing.

use std::fmt;
use std::sync::Arc;

use super::State;
use super::lock::{Lock, Locked};

/// The session of a request. Clones are the same session; all methods are synchronous.
///
/// Looking at it in any way makes the response say `Vary: Cookie`; changing it makes the response carry the change. A session
/// that is not used costs nothing.
///
/// ```
/// # use dewar::Session;
/// # fn handler(session: &Session) -> Result<(), dewar::value::ConvertError> {
/// session.insert("user", "zoe")?;
/// let user: Option<String> = session.get("user")?;
/// assert_eq!(user.as_deref(), Some("zoe"));
/// session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)?;
/// session.remove("user");
/// # Ok(())
/// # }
/// ```
///
/// # Your code and the session's lock
///
/// Clones can be used by several threads at once. No lock is held while code of yours runs: a function that you give to
/// [`read`](Self::read), [`update`](Self::update), [`modify`](Self::modify) or [`edit`](Self::edit), or the serde implementation of one of your types, may use the
/// session itself, wait for another thread, or panic (nothing is changed then). What others do to the session meanwhile stays:
///
/// | method | your function gets | if the session was changed meanwhile |
/// |---|---|---|
/// | [`read`](Self::read) | the data as they are at the call | the function does not see it |
/// | [`update`](Self::update), [`modify`](Self::modify) | a copy of the key's value | if that key was changed, the function runs again |
/// | [`edit`](Self::edit) | a copy of the data | keys that the edit did not change stay as they are now |
/// | [`update`](Self::update), [`modify`](Self::modify) in a [save](crate::SessionManager::save), after another request has stored the session | the key's stored value | the change is made to the result, and saved with it |
///
/// # Parallel requests
///
/// Sessions in a store lose no update. Which method to take for what depends on what another request may do to the same key meanwhile:
///
/// | to | method | if another request has stored the session meanwhile |
/// |---|---|---|
/// | compute a value from the one before it: count, toggle, put a newest item first, limit a list | [`update`](Self::update), [`modify`](Self::modify) | the function runs again on what is stored: always exact |
/// | set a value, or change parts of maps and lists | [`insert`](Self::insert), [`edit`](Self::edit), [`remove`](Self::remove) | both are merged by [the rules](crate::session); where that cannot be, the later write wins |
///
/// If a handler has read a key by name ([`get`](Self::get), [`get_value`](Self::get_value), [`contains`](Self::contains)) and then set it, and another
/// request's change of it cannot be merged, that is the event `overwritten`; with
/// [`OnConflict::Refuse`](crate::settings::OnConflict::Refuse) the request is refused in place of that. If the session got another
/// [owner](Self::set_owner) meanwhile, nothing is merged: what this request changed is dropped, as after the end of the session.
///
/// Of sessions in cookies the browser keeps the last: nothing can be merged there.
#[derive(Clone)]
pub struct Session {
    state: Arc<Lock>,
}

impl Session {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Arc::new(Lock::new(state)) }
    }

    /// The door for every look.
    pub(super) fn look<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        self.write(|state| look(state))
    }

    /// The door for every change; going through it is a look, too. Not for functions of the program.
    pub(super) fn write<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.lock();
        state.accessed = true;
        change(&mut state)
    }

    /// The state for opening and saving; no look. No code of the program may run while it is locked.
    pub(crate) fn lock(&self) -> Locked<'_> {
        self.state.lock()
    }
}

/// Shows how many keys there are, never what they hold.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (keys, is_modified) = {
            let state = self.lock();
            (state.data().len(), state.is_modified())
        };
        write!(f, "Session({keys} keys, modified: {is_modified})")
    }
}
