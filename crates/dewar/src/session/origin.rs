//! Where a session comes from: what the manager knew when it opened it.

use super::id::SessionId;
use crate::clock::UnixTime;
use crate::lifetime::Times;
use crate::value::Text;
use dewar_core::Revision;

/// What the manager knew when it opened the session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// When it began and was last refreshed; `None` for a new session.
    pub(crate) times: Option<Times>,
    /// Where it is stored, if not in the cookie.
    pub(crate) stored_at: Option<StoredAt>,
    /// The client may hold a cookie that is to be removed when the session ends, valid or not.
    pub(crate) client_may_hold: bool,
    /// It was read with an old key or from an old format: write it anew.
    pub(crate) outdated: bool,
    /// What previous managers have of it.
    pub(crate) previous: Option<Box<Previous>>,
    /// This request brought it here from a previous manager.
    pub(crate) moved_here: bool,
    /// Since when it has its owner, if the cookie says so.
    pub(crate) owned_since: Option<UnixTime>,
    /// The client sent the id of a session that has ended, or has a new id.
    pub(crate) ended_id: Option<EndedId>,
    /// The client sent the id of a record that cannot be read. It is never overwritten; a logout removes it.
    pub(crate) unreadable: Option<StoredAt>,
    /// Further ids that the client sent: a logout ends their sessions, too.
    pub(crate) others: Vec<SessionId>,
    /// The owner it had when it was opened, where that matters for a limit of sessions.
    pub(crate) was_of: Option<Text>,
}

/// An id that is no longer in use: its session ended, or has a new id.
#[derive(Debug, Clone)]
pub(crate) struct EndedId {
    pub(crate) id: SessionId,
    /// That happened so recently that the request may have been under way already.
    pub(crate) is_in_flight: bool,
}

/// The place of a session in a store.
#[derive(Debug, Clone)]
pub(crate) struct StoredAt {
    pub(crate) id: SessionId,
    pub(crate) revision: Revision,
}

impl Origin {
    /// Whether the client sent something that this manager knows: a session, an ended id or an unreadable record.
    pub(crate) fn is_known(&self) -> bool {
        self.times.is_some() || self.ended_id.is_some() || self.unreadable.is_some()
    }

    /// The id that the client sent, if this manager knows it.
    pub(crate) fn id(&self) -> Option<&SessionId> {
        let ended = self.ended_id.as_ref().map(|ended| &ended.id);
        self.stored_at.as_ref().or(self.unreadable.as_ref()).map(|stored_at| &stored_at.id).or(ended)
    }
}

/// What a request brought from previous managers: a session that is taken over, or what came beside the present one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Previous {
    /// It was opened by this one of the previous managers; `None`: by the present one.
    pub(crate) taken_from: Option<usize>,
    /// Its id in the store of a previous manager, which is still to be ended.
    pub(crate) id: Option<SessionId>,
    /// The id that it gets in the present store: the same, whichever request takes it over.
    pub(crate) computed_id: Option<SessionId>,
    /// The ids in cookies of previous managers that came beside the present one.
    pub(crate) beside: Vec<SessionId>,
    /// The client sent a cookie of a previous manager.
    pub(crate) was_sent: bool,
}
