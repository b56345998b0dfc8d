//! The handle that programs use. All access to the state goes through two methods, one for reading and one for changing.

use std::fmt;
use std::sync::Arc;

use super::State;
use super::lock::{Lock, Locked};

/// The session of a request. Clones refer to the same session, and all methods are synchronous.
///
/// Reading the session adds `Vary: Cookie` to the response. Changing it causes it to be saved. A session that is not used costs nothing.
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
/// Several threads can use clones at the same time. No lock is held while your code runs. A function that you pass to [`read`](Self::read),
/// [`update`](Self::update), [`modify`](Self::modify) or [`edit`](Self::edit), or the serde implementation of one of your types, may use
/// the session itself, wait for another thread, or panic (then nothing is changed). Changes made by others in the meantime are kept:
///
/// | method | your function receives | if the session was changed in the meantime |
/// |---|---|---|
/// | [`read`](Self::read) | the data at the time of the call | the function does not see it |
/// | [`update`](Self::update), [`modify`](Self::modify) | a copy of the key's value | if that key was changed, the function runs again |
/// | [`edit`](Self::edit) | a copy of the data | keys that the edit did not change keep their current values |
/// | [`update`](Self::update), [`modify`](Self::modify) during a [save](crate::SessionManager::save), after a concurrent write | the key's stored value | the change is applied to the result and saved with it |
///
/// # Parallel requests
///
/// Sessions in a store never lose an update. Choose the method by what a concurrent request may do to the same key:
///
/// | to | method | after a concurrent write |
/// |---|---|---|
/// | compute a value from the previous one: count, toggle, put the newest item first, limit the length of a list | [`update`](Self::update), [`modify`](Self::modify) | the function runs again on the stored value: always exact |
/// | set a value, or change parts of maps and lists | [`insert`](Self::insert), [`edit`](Self::edit), [`remove`](Self::remove) | both changes are merged by [the rules](crate::session); if they cannot be merged, the later write wins |
///
/// If a handler reads a key by name ([`get`](Self::get), [`get_value`](Self::get_value), [`contains`](Self::contains)) and then sets it,
/// and a concurrent change to that key cannot be merged, the event `overwritten` is logged. With
/// [`OnConflict::Refuse`](crate::settings::OnConflict::Refuse) the request is refused instead. If the session has a different
/// [owner](Self::set_owner) by then, nothing is merged: the changes of this request are dropped, as they are when the session has ended.
///
/// Sessions in cookies cannot be merged: the browser keeps the last cookie it receives.
#[derive(Clone)]
pub struct Session {
    state: Arc<Lock>,
}

impl Session {
    #[inline]
    pub(crate) fn new(state: State) -> Self {
        Self { state: Arc::new(Lock::new(state)) }
    }

    /// Reads the state and marks the session as accessed. All reading methods go through here.
    pub(super) fn with_state<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        self.with_state_mut(|state| look(state))
    }

    /// Changes the state and marks the session as accessed. Not for functions of the program.
    pub(super) fn with_state_mut<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.lock();
        state.accessed = true;
        change(&mut state)
    }

    /// Locks the state without marking the session as accessed, for opening and saving. No code of the program may run while it is locked.
    pub(crate) fn lock(&self) -> Locked<'_> {
        self.state.lock()
    }
}

/// Shows the number of keys, never the keys or values.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (keys, is_modified) = {
            let state = self.lock();
            (state.data().len(), state.is_modified())
        };
        write!(f, "Session({keys} keys, modified: {is_modified})")
    }
}
