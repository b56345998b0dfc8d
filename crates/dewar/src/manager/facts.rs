//! What is known of a session at the end of its request.

use super::rules::Rules;
use crate::clock::UnixTime;
use crate::lifetime::Lifetime;
use crate::session::{NewId, State};

/// Everything that [`plan`](super::plan::plan) looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The cookie holds the whole session.
    pub(super) is_in_cookie: bool,
    /// The cookie is set after each change.
    pub(super) sets_cookie_after_each_change: bool,
    /// It was stored, here, when it was opened.
    pub(super) is_stored: bool,
    /// It was stored, but cannot be read: the program got an empty one.
    pub(super) is_unreadable: bool,
    /// There is no data.
    pub(super) is_empty: bool,
    /// The program ended it.
    pub(super) is_destroyed: bool,
    /// The program ended it or cleared it, whatever others stored meanwhile.
    pub(super) is_final: bool,
    /// The program changed it, if only to empty it.
    pub(super) is_modified: bool,
    /// The program asked for a new id.
    pub(super) new_id: Option<NewId>,
    /// The program asked for a new id and nothing else, or for nothing.
    pub(super) only_renews_its_id: bool,
    /// The program gave it the owner that it had when it was opened.
    pub(super) keeps_its_owner: bool,
    /// The cookie must say since when the session has its new owner, and a store knows that.
    pub(super) needs_stamp: bool,
    /// The client may have a cookie, valid or not.
    pub(super) client_may_hold: bool,
    /// Its idle time is to start again.
    pub(super) is_refresh_due: bool,
    /// It is stored in an old format or with an old key.
    pub(super) is_outdated: bool,
    /// The response was sent, so that no cookie reaches the client.
    pub(super) is_answered: bool,
    /// The program wants an error if the session turns out to have ended.
    pub(super) refuses_if_ended: bool,
    /// Whether the client sent the id of a session that has ended; whatever cookie it has by now is not ours to touch.
    pub(super) arrival: Arrival,
}

/// Whether the id that a request came with was still in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It was, or the client sent none.
    InTime,
    /// It ended a moment ago: the request was under way already.
    InFlight,
    /// It ended some time ago, but a tombstone still says what became of the session.
    Late,
}

impl Facts {
    /// What the state of the session says. What else the place of the session knows is added there.
    pub(super) fn from_state(state: &State, rules: &Rules, lifetime: &Lifetime, now: UnixTime) -> Self {
        let origin = &state.origin;
        let is_refresh_due = |times| lifetime.is_refresh_due(times, state.is_permanent(), now);
        Self {
            is_in_cookie: rules.is_in_cookie,
            sets_cookie_after_each_change: rules.sets_cookie_after_each_change,
            is_stored: if rules.is_in_cookie { origin.times.is_some() } else { origin.stored_at.is_some() },
            is_unreadable: origin.unreadable.is_some(),
            is_empty: state.is_blank(),
            is_destroyed: state.destroyed,
            is_final: state.is_final(),
            is_modified: state.is_modified(),
            new_id: state.new_id(),
            only_renews_its_id: state.only_renews_its_id(),
            keeps_its_owner: state.new_owner().is_some_and(|owner| origin.was_of == Some(owner)),
            needs_stamp: false,
            client_may_hold: origin.client_may_hold,
            is_refresh_due: origin.times.is_some_and(is_refresh_due),
            is_outdated: origin.outdated,
            is_answered: if rules.is_in_cookie {
                state.changes_since_answer() > 0
            } else {
                state.is_answered()
            },
            refuses_if_ended: false,
            arrival: match &origin.ended_id {
                None => Arrival::InTime,
                Some(ended) if ended.is_in_flight => Arrival::InFlight,
                Some(_) => Arrival::Late,
            },
        }
    }
}
