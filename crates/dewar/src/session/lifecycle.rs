//! How a session begins, continues and ends: clearing, destroying, new ids and permanence, and what this request did to it.

use super::changes::{Changes, NewId};
use super::data::Data;
use super::{Session, State};
use crate::value::Value;

impl Session {
    /// Removes all data, the owner and the session's [own lifetime](Self::set_timeouts). If the session is still empty at the end of the
    /// request, it ends and its cookie is removed.
    pub fn clear(&self) {
        self.with_state_mut(State::clear);
    }

    /// Ends the session permanently. Changes made later in this request, including a login, are not saved, but are counted as
    /// `changed_after_destroy`.
    ///
    /// For a logout use [`log_out`](Self::log_out), which lets you leave a message for the next page.
    pub fn destroy(&self) {
        self.with_state_mut(State::destroy);
    }

    /// Begins a session with a new id and the current data. [`log_in`](Self::log_in) does this for you; call it when the user's privileges
    /// change without a login.
    ///
    /// The response always carries a new id in a cookie that works, even if the id sent with the request is no longer in use because
    /// another request replaced it or ended the session, or because a response was lost and the login is repeated. In that case the changes
    /// of this request are saved. If the session continues under a newer id and belongs to the [owner](Self::set_owner) that this request
    /// sets, its data is kept as well. A session without data and owner is not saved and gets no id.
    ///
    /// To replace ids periodically, use [`rotate_id`](Self::rotate_id). A client-side session has no id; its cookie is written again.
    ///
    /// ```
    /// # use dewar::Session;
    /// fn second_factor_checked(session: &Session) {
    ///     session.regenerate_id();
    ///     session.insert_value("second_factor", true);
    /// }
    /// ```
    pub fn regenerate_id(&self) {
        self.with_state_mut(|state| state.ask_for_id(NewId::Begin));
    }

    /// Gives the session a new id if it still has the id sent with the request. Otherwise it changes nothing.
    ///
    /// For replacing ids periodically. Do this rarely, and not in requests that a page sends in parallel: concurrent writes under the old
    /// id are dropped, and if the response with the new id is lost, the visitor has to log in again. Unlike
    /// [`regenerate_id`](Self::regenerate_id) it never begins a session, so a parallel request cannot replace the cookie of a login. A
    /// client-side session has no id; its cookie is written again.
    pub fn rotate_id(&self) {
        self.with_state_mut(|state| state.ask_for_id(NewId::Rotate));
    }

    /// Returns `true` if the id sent with the request belongs to a session that ended or got a new id only recently, within
    /// [`ServerSide::late_request_window`](crate::ServerSide::late_request_window).
    ///
    /// The request was probably already on its way at that time. Its session is empty, and its changes are not saved unless it begins a
    /// session with [`log_in`](Self::log_in) or [`regenerate_id`](Self::regenerate_id). [`destroy`](Self::destroy) still ends the session
    /// under its newer id.
    #[must_use]
    pub fn is_late_request(&self) -> bool {
        self.with_state(|state| state.origin.ended_id.as_ref().is_some_and(|ended| ended.is_late))
    }

    /// Returns `true` if the session cookie is kept when the browser is closed: Flask's `session.permanent`.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.with_state(State::is_permanent)
    }

    /// Sets whether the session cookie is kept when the browser is closed. A login resets this: use
    /// [`Login::remember_me`](crate::Login::remember_me), or call this method after it.
    pub fn set_permanent(&self, permanent: bool) {
        self.with_state_mut(|state| state.set_permanent(permanent));
    }

    /// Writes the session even if no change was recorded: Flask's `session.modified = True`.
    ///
    /// Not needed after [`edit`](Self::edit) and the other methods, which record their changes.
    pub fn mark_modified(&self) {
        self.with_state_mut(|state| state.changes.marked = true);
    }

    /// Destroys the session if the request destroyed or cleared it, and drops anything that was set since. Returns whether it did. Does not
    /// count as access.
    pub(crate) fn end_if_final(&self) -> bool {
        let mut state = self.lock();
        let is_final = state.is_final();
        if is_final {
            state.destroy();
        }
        is_final
    }

    /// Returns `true` if the request came without a valid session.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.with_state(|state| state.origin.times.is_none())
    }

    /// Returns `true` if this request changed the session.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.lock().is_modified()
    }

    /// Returns `true` if this request read or changed the session. Calling this method or [`is_modified`](Self::is_modified) does not
    /// count.
    #[must_use]
    pub fn is_accessed(&self) -> bool {
        self.lock().accessed
    }
}

impl State {
    pub(crate) fn is_permanent(&self) -> bool {
        let in_data = self.layout.permanent_key().and_then(|key| self.data.get(key));
        in_data.map_or(self.permanent, Value::is_truthy)
    }

    pub(super) fn set_permanent(&mut self, permanent: bool) {
        if self.destroyed && !permanent || self.is_change_lost() {
            return;
        }
        if let Some(key) = self.layout.permanent_key() {
            self.insert(key.into(), permanent.into());
        } else {
            self.permanent = permanent;
            self.changes.permanence_set();
        }
    }

    /// `NewId::Begin` includes `NewId::Rotate`.
    pub(super) fn ask_for_id(&mut self, new_id: NewId) {
        self.changes.new_id = self.changes.new_id.max(Some(new_id));
    }

    pub(super) fn clear(&mut self) {
        if self.destroyed {
            return;
        }
        let is_permanent = self.is_permanent();
        let owner = self.owner();
        self.data = Data::default();
        self.owner = None;
        self.timeouts = None;
        self.changes.clear(owner);
        if let Some(pinned) = self.layout.pinned_key() {
            self.insert(pinned.into(), is_permanent.into());
        }
    }

    /// Final: later changes are not saved.
    pub(super) fn destroy(&mut self) {
        self.clear();
        self.destroyed = true;
    }

    /// Whether a rotated id is the only thing that this request asked for.
    pub(crate) fn only_rotates_id(&self) -> bool {
        let is_nothing_more = |changes: &Changes| changes.is_empty() || changes.is_rotation();
        !self.destroyed && is_nothing_more(&self.changes) && is_nothing_more(&self.saving)
    }

    /// The new id that this request asks for.
    pub(crate) fn new_id(&self) -> Option<NewId> {
        self.changes.new_id.max(self.saving.new_id)
    }

    /// Whether this request ends the session regardless of concurrent changes: it was destroyed or cleared.
    pub(crate) fn is_final(&self) -> bool {
        self.destroyed || self.changes.cleared || self.saving.cleared
    }

    pub(crate) fn is_modified(&self) -> bool {
        self.destroyed || self.has_changed(&self.changes) || self.has_changed(&self.saving)
    }

    /// A session that was never stored has no id to rotate.
    fn has_changed(&self, changes: &Changes) -> bool {
        let has_no_id = self.origin.times.is_none();
        !(changes.is_empty() || (changes.is_rotation() && has_no_id))
    }
}
