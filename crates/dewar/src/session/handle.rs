//! The handle a program holds: cheap to clone, synchronous, one door for looking and one for writing.

use std::fmt;
use std::sync::{Arc, MutexGuard};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::changes::{NewId, UpdateFn};
use super::lock::Lock;
use super::rehearsal::{Rehearsal, rehearse};
use super::{Present, State};
use crate::value::{ConvertError, Map, Text, Value, read_value, to_value};

/// How often the function of an update runs outside the lock.
const FREE_TURNS: usize = 8;

/// A request's session. Clones are the same session.
///
/// Looking at it in any way makes the response say `Vary: Cookie`; changing it makes the response carry the change. A session
/// that nobody touched costs nothing.
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
#[derive(Clone)]
pub struct Session {
    state: Arc<Lock>,
}

impl Session {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Arc::new(Lock::new(state)) }
    }

    /// The value of a key as a type of yours; `None` if the key is not there.
    ///
    /// # Errors
    /// When the value is there but is not of that type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ConvertError> {
        self.read(|data| data.get(key).map(read_value).transpose())
    }

    /// The value of a key as it is kept.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Value> {
        self.read(|data| data.get(key).cloned())
    }

    /// Sets a key. Use [`insert_value`](Self::insert_value) for what serde has no word for (a `datetime`, `Markup`).
    ///
    /// # Errors
    /// When the value cannot be expressed as a [`Value`], as its `Serialize` fails; or when the format in which the session is kept would not
    /// give it back as it is (bytes or NaN in Flask-Session's JSON, an integer beyond 64 bits in its MessagePack). Nothing is changed then.
    pub fn insert(&self, key: impl Into<Text>, value: impl Serialize) -> Result<(), ConvertError> {
        let (key, value) = (key.into(), to_value(&value)?);
        let rehearsal = self.lock().rehearsal.clone();
        rehearse(rehearsal.as_deref(), &key, &value)?;
        self.insert_value(key, value);
        Ok(())
    }

    /// Sets a key to a value that is one already.
    pub fn insert_value(&self, key: impl Into<Text>, value: impl Into<Value>) {
        self.write(|state| state.insert(key.into(), value.into()));
    }

    /// Takes a key out and gives back what it held. Taking out what is not there changes nothing.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.write(|state| state.remove(key))
    }

    /// Computes a key's new value from its present one.
    ///
    /// The function is recorded: where sessions are kept in a store and another request was faster, it runs again on what that
    /// one wrote, so that a counter counts every request. Give it no side effects; it must not use the session itself, which is locked
    /// when it runs again.
    ///
    /// # Errors
    /// When the present value is not a `T`, or the new one cannot be kept, as with [`insert`](Self::insert); nothing is changed then.
    pub fn update<T, R>(
        &self,
        key: impl Into<Text>,
        function: impl Fn(Option<T>) -> R + Send + Sync + 'static,
    ) -> Result<(), ConvertError>
    where
        T: DeserializeOwned,
        R: Serialize,
    {
        let update = move |present: Option<&Value>| {
            let new = function(present.map(read_value).transpose()?);
            to_value(&new).map(Some)
        };
        self.update_value(key.into(), Arc::new(update))
    }

    /// The function runs outside the lock, again if another clone of the session was faster; at last within it.
    pub(super) fn update_value(&self, key: Text, update: UpdateFn) -> Result<(), ConvertError> {
        for _ in 0..FREE_TURNS {
            let (present, rehearsal) =
                self.look(|state| (state.data().get_text(&key).cloned(), state.rehearsal.clone()));
            let new = update(present.as_ref())?;
            rehearse_new(rehearsal.as_deref(), &key, new.as_ref())?;
            if self.write(|state| state.update(&key, present.as_ref(), new, &update)) {
                return Ok(());
            }
        }
        self.state.lend(|state| {
            let present = state.data().get_text(&key).cloned();
            let new = update(present.as_ref())?;
            rehearse_new(state.rehearsal.as_deref(), &key, new.as_ref())?;
            state.update(&key, present.as_ref(), new, &update);
            Ok(())
        })
    }

    /// Edits a copy of the data freely, nested values too; afterwards each top-level key that would be written differently is recorded as
    /// changed (the mere order of top-level keys is not). If the function panics, nothing is changed. What it does to the session itself,
    /// or another clone meanwhile, stays, unless the edit changes the same key.
    pub fn edit<R>(&self, edit: impl FnOnce(&mut Map) -> R) -> R {
        let before = self.read(Map::clone);
        let mut after = before.clone();
        let result = edit(&mut after);
        self.write(|state| state.edited(&before, after));
        result
    }

    /// Looks at the data without copying it.
    ///
    /// # Panics
    /// If the function uses the session, instead of what it is given: it is locked.
    pub fn read<R>(&self, look: impl FnOnce(&Map) -> R) -> R {
        self.state.lend(|state| {
            state.accessed = true;
            look(state.data())
        })
    }

    /// Whether a key is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.read(|data| data.contains(key))
    }

    /// The keys, in order of insertion.
    #[must_use]
    pub fn keys(&self) -> Vec<Text> {
        self.read(|data| data.keys().cloned().collect())
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read(Map::len)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read(Map::is_empty)
    }

    /// Forgets the data. A session that is still empty at the end of the request ends, and its cookie is removed.
    pub fn clear(&self) {
        self.write(State::clear);
    }

    /// Ends the session: log out. Final; whatever is set later in this request is not kept, which is counted as `changed_after_destroy`.
    ///
    /// To say goodbye, end it and begin another: [`clear`](Self::clear), [`regenerate_id`](Self::regenerate_id), then [`flash`](Self::flash).
    pub fn destroy(&self) {
        self.write(State::destroy);
    }

    /// Begins a session with a new id and the data that are there: call it when somebody logs in, against session fixation.
    ///
    /// It always ends with a fresh id and a cookie that works, also if the id that the request came with is no more, because another
    /// request gave the session a new one or ended it, or because an answer was lost and the login is repeated. Then what this request
    /// did is kept; and if the session lives on under a newer id and belongs to the [owner](Self::set_owner) that this request sets, its
    /// data as well. A session without data and owner is not kept, and gets no id.
    ///
    /// To renew an id now and then, use [`rotate_id`](Self::rotate_id). A client-side session has no id; its cookie is written anew.
    pub fn regenerate_id(&self) {
        self.write(|state| state.ask_for_id(NewId::Begin));
    }

    /// Gives the session a new id, if it is still there under the id that the request came with; if not, it changes nothing.
    ///
    /// For renewing ids now and then: seldom, and not in requests that a page sends in parallel. What the others write meanwhile is
    /// dropped, and if the answer with the new id is lost, the person has to log in again. Unlike [`regenerate_id`](Self::regenerate_id) it never begins a session, so that of parallel requests
    /// none can replace the cookie of a login. A client-side session has no id; its cookie is written anew.
    pub fn rotate_id(&self) {
        self.write(|state| state.ask_for_id(NewId::Rotate));
    }

    /// Whether the request came with the id of a session that ended, or got a new id, a moment ago
    /// ([`ServerSide::in_flight`](crate::ServerSide::in_flight)). The session is empty, and what the request changes is not kept,
    /// unless it begins a session with [`regenerate_id`](Self::regenerate_id). [`destroy`](Self::destroy) still ends the session
    /// under its newer id.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.look(|state| state.origin.ended_id.as_ref().is_some_and(|ended| ended.is_in_flight))
    }

    /// Whether the session outlives the browser: Flask's `session.permanent`.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.look(State::is_permanent)
    }

    /// Makes the session outlive the browser, or not.
    pub fn set_permanent(&self, permanent: bool) {
        self.write(|state| state.set_permanent(permanent));
    }

    /// Has the session written although no change was recorded: Flask's `session.modified = True`.
    ///
    /// Never needed for what [`edit`](Self::edit) and the other methods change: those are seen.
    pub fn mark_modified(&self) {
        self.write(|state| state.changes.marked = true);
    }

    /// Whether the request came without a (valid) session.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.look(|state| state.origin.times.is_none())
    }

    /// Whether this request changed it.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.lock().is_modified()
    }

    /// Whether this request looked at it, in any way.
    #[must_use]
    pub fn is_accessed(&self) -> bool {
        self.lock().accessed
    }

    /// The door for every look.
    fn look<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        self.write(|state| look(state))
    }

    /// The door for everything that may change the session; going through it is a look, too.
    pub(super) fn write<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.lock();
        state.accessed = true;
        change(&mut state)
    }

    /// The state for whoever keeps sessions; no look.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Somebody was faster: [`State::rebase`], which runs the program's update functions.
    pub(crate) fn rebase(&self, present: Present) -> Result<(), ConvertError> {
        self.state.lend(|state| state.rebase(present))
    }
}

fn rehearse_new(
    rehearsal: Option<&dyn Rehearsal>,
    key: &Text,
    new: Option<&Value>,
) -> Result<(), ConvertError> {
    new.map_or(Ok(()), |new| rehearse(rehearsal, key, new))
}

/// Shows how many keys there are, never what they hold.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        write!(f, "Session({} keys, modified: {})", state.data().len(), state.is_modified())
    }
}
