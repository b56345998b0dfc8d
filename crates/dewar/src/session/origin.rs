//! Where a session comes from: what its keeper knew when it was opened.

use super::id::SessionId;
use crate::clock::UnixTime;
use crate::lifetime::Times;
use crate::value::Text;
use dewar_core::Revision;

/// What the keeper of sessions knew when the session was opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// There was one; `None` for a new session.
    pub(crate) times: Option<Times>,
    /// Where it is kept, if not in the cookie.
    pub(crate) kept: Option<Kept>,
    /// The client may hold a cookie that is to be removed when the session ends, valid or not.
    pub(crate) client_may_hold: bool,
    /// It was read with an old key or from an old format: write it anew.
    pub(crate) outdated: bool,
    /// What there is of it with former managers.
    pub(crate) former: Option<Box<Former>>,
    /// This request brought it here from a former manager.
    pub(crate) arrived: bool,
    /// When it came to its owner, if the cookie says so.
    pub(crate) owned_since: Option<UnixTime>,
    /// The client came with the id of a session that is no more.
    pub(crate) late: Option<Late>,
    /// The client came with the id of a record that cannot be read. Nothing is written over it; a logout ends it.
    pub(crate) unreadable: Option<Kept>,
    /// Other ids that the client came with: a logout ends what they name, too.
    pub(crate) others: Vec<SessionId>,
    /// Whose it was, where that matters for a limit of sessions.
    pub(crate) was_of: Option<Text>,
}

/// An id that leads nowhere any more: its session ended, or has a new id.
#[derive(Debug, Clone)]
pub(crate) struct Late {
    pub(crate) id: SessionId,
    /// It happened so short a time ago that the request may have been under way.
    pub(crate) is_in_flight: bool,
}

/// The place of a session in a store.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: SessionId,
    pub(crate) revision: Revision,
}

impl Origin {
    /// Whether the client came with something of this manager's, be it a session or what is left of one.
    pub(crate) fn is_known(&self) -> bool {
        self.times.is_some() || self.late.is_some() || self.unreadable.is_some()
    }

    /// The id that the client came with, if it is known.
    pub(crate) fn id(&self) -> Option<&SessionId> {
        let late = self.late.as_ref().map(|late| &late.id);
        self.kept.as_ref().or(self.unreadable.as_ref()).map(|kept| &kept.id).or(late)
    }
}

/// What a request brought from former managers: a session that is taken over, or what came beside the present one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Former {
    /// It was opened by this one of the former managers; `None`: by the present one.
    pub(crate) taken_from: Option<usize>,
    /// Its id in the store of a former manager, which is still to be ended.
    pub(crate) id: Option<SessionId>,
    /// The id that it gets in the present store: the same, whichever request takes it over.
    pub(crate) becomes: Option<SessionId>,
    /// The ids in cookies of former managers that came beside the present one.
    pub(crate) beside: Vec<SessionId>,
    /// The client sent a cookie of a former manager.
    pub(crate) was_sent: bool,
}
