//! How a session begins, continues and ends: clearing, logging out, new ids, permanence; and what this request did to it.

use super::changes::{Changes, NewId};
use super::data::Data;
use super::{Session, State};
use crate::value::Value;

impl Session {
    /// Removes all data, the owner and a [lifetime of its own](Self::set_timeouts). A session that is still empty at the end of the request ends, and its cookie is removed.
    pub fn clear(&self) {
        self.write(State::clear);
    }

    /// Ends the session for good: changes that are made later in this request, a login too, are not saved, but counted as
    /// `changed_after_destroy`.
    ///
    /// For a logout there is [`log_out`](Self::log_out), after which a message can be left for the next page.
    pub fn destroy(&self) {
        self.write(State::destroy);
    }

    /// Begins a session with a new id and the present data. A login does it by itself: [`log_in`](Self::log_in). Call it at a change of rights
    /// that is no login.
    ///
    /// The request always ends with a new id and a cookie that works, even if the id that it came with is no longer in use, because another
    /// request replaced it or ended the session, or because a response was lost and the login is repeated. Then what this request
    /// changed is saved; and if the session continues under a newer id and belongs to the [owner](Self::set_owner) that this request sets, its
    /// data as well. A session without data and owner is not saved, and gets no id.
    ///
    /// To replace an id now and then, use [`rotate_id`](Self::rotate_id). A client-side session has no id; its cookie is written anew.
    ///
    /// ```
    /// # use dewar::Session;
    /// fn second_factor_checked(session: &Session) {
    ///     session.regenerate_id();
    ///     session.insert_value("second_factor", true);
    /// }
    /// ```
    pub fn regenerate_id(&self) {
        self.write(|state| state.ask_for_id(NewId::Begin));
    }

    /// Gives the session a new id, if it still has the id that the request came with; if not, it changes nothing.
    ///
    /// For replacing ids now and then: seldom, and not in requests that a page sends in parallel. What the others write meanwhile is
    /// dropped, and if the response with the new id is lost, the visitor has to log in again. Unlike [`regenerate_id`](Self::regenerate_id) it
    /// never begins a session, so that no parallel request can replace the cookie of a login. A client-side session has no id; its cookie is
    /// written anew.
    pub fn rotate_id(&self) {
        self.write(|state| state.ask_for_id(NewId::Rotate));
    }

    /// Whether the request came with an id whose session ended, or got a new id, a moment ago
    /// ([`ServerSide::in_flight`](crate::ServerSide::in_flight)).
    ///
    /// The session is empty, and what the request changes is not saved, unless it begins a session with
    /// [`log_in`](Self::log_in) or [`regenerate_id`](Self::regenerate_id). [`destroy`](Self::destroy) still ends the session under its newer id.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.look(|state| state.origin.ended_id.as_ref().is_some_and(|ended| ended.is_in_flight))
    }

    /// Whether the session outlives the browser: Flask's `session.permanent`.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.look(State::is_permanent)
    }

    /// Makes the session outlive the browser, or not. A login decides that anew: with [`Login::remember_me`](crate::Login::remember_me), or
    /// by this method after it.
    pub fn set_permanent(&self, permanent: bool) {
        self.write(|state| state.set_permanent(permanent));
    }

    /// Has the session written even if no change was recorded: Flask's `session.modified = True`.
    ///
    /// Never needed after [`edit`](Self::edit) and the other methods, which record their changes.
    pub fn mark_modified(&self) {
        self.write(|state| state.changes.marked = true);
    }

    /// Ends it for good if the request has ended it, and drops what was set since; tells whether it has. No look.
    pub(crate) fn end_if_final(&self) -> bool {
        let mut state = self.lock();
        let is_final = state.is_final();
        if is_final {
            state.destroy();
        }
        is_final
    }

    /// Whether the request came without a (valid) session.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.look(|state| state.origin.times.is_none())
    }

    /// Whether this request changed the session.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.lock().is_modified()
    }

    /// Whether this request looked at the session in any way. Asking this, or [`is_modified`](Self::is_modified), is no look.
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

    /// Beginning a session includes a rotated id.
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

    /// Whether a rotated id is all that this request asked for.
    pub(crate) fn only_renews_its_id(&self) -> bool {
        let is_nothing_more = |changes: &Changes| changes.is_empty() || changes.is_rotation();
        !self.destroyed && is_nothing_more(&self.changes) && is_nothing_more(&self.in_flight)
    }

    /// The new id that this request asks for.
    pub(crate) fn new_id(&self) -> Option<NewId> {
        self.changes.new_id.max(self.in_flight.new_id)
    }

    /// Whether this request ends the session whatever others have changed meanwhile: it was destroyed or cleared.
    pub(crate) fn is_final(&self) -> bool {
        self.destroyed || self.changes.cleared || self.in_flight.cleared
    }

    pub(crate) fn is_modified(&self) -> bool {
        self.destroyed || self.has_changed(&self.changes) || self.has_changed(&self.in_flight)
    }

    /// A session that was never stored has no id to rotate.
    fn has_changed(&self, changes: &Changes) -> bool {
        let has_no_id = self.origin.times.is_none();
        !(changes.is_empty() || (changes.is_rotation() && has_no_id))
    }
}
