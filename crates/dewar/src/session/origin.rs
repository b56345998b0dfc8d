//! Where a session comes from: what the manager knew when it opened the session.

use std::time::Duration;

use super::id::SessionId;
use crate::clock::UnixTime;
use crate::lifetime::Times;
use crate::value::Text;
use dewar_core::{Revision, StoreKey};

/// What the manager knew when it opened the session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// When the session began and was last refreshed; `None` for a new session.
    pub(crate) times: Option<Times>,
    /// Where the session is stored, if not in the cookie.
    pub(crate) stored_at: Option<StoredAt>,
    /// The client may have a cookie, valid or not, that must be removed when the session ends.
    pub(crate) client_may_have_cookie: bool,
    /// The session was read with an old key or from an old format and should be written again.
    pub(crate) outdated: bool,
    /// What was found for previous managers.
    pub(crate) previous: Option<Box<Previous>>,
    /// This request migrated the session from a previous manager.
    pub(crate) was_migrated: bool,
    /// When the owner was set, if the cookie says so.
    pub(crate) owned_since: Option<UnixTime>,
    /// Set if the client sent the id of a session that has ended or has a new id.
    pub(crate) ended_id: Option<EndedId>,
    /// Set if the client sent the id of a record that cannot be read. The record is never overwritten; a logout removes it.
    pub(crate) unreadable: Option<Box<StoredAt>>,
    /// Other ids that the client sent: a logout ends their sessions, too.
    pub(crate) others: Vec<SessionId>,
    /// The owner when the session was opened, where that matters for a limit of sessions.
    pub(crate) owner_when_opened: Option<Text>,
    /// How long the request waited for the store when it opened the session, until it is saved.
    pub(crate) waited: Duration,
}

/// An id that is no longer in use: its session ended, or has a new id.
#[derive(Debug, Clone)]
pub(crate) struct EndedId {
    pub(crate) id: SessionId,
    /// Whether that happened so recently that the request may already have been on its way.
    pub(crate) is_late: bool,
}

/// The place of a session in a store.
#[derive(Debug, Clone)]
pub(crate) struct StoredAt {
    pub(crate) id: SessionId,
    /// The key that is made of the id.
    pub(crate) key: StoreKey,
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
        self.stored_at.as_ref().or(self.unreadable.as_deref()).map(|stored_at| &stored_at.id).or(ended)
    }
}

/// What a request brought from previous managers: a session to migrate, or cookies next to the current one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Previous {
    /// The index of the previous manager that opened the session; `None` if the current one did.
    pub(crate) taken_from: Option<usize>,
    /// The id in the store of a previous manager, where the session still has to be ended.
    pub(crate) id: Option<SessionId>,
    /// The id that the session gets in the current store: the same whichever request migrates it.
    pub(crate) computed_id: Option<SessionId>,
    /// The ids in cookies of previous managers that came next to the current one.
    pub(crate) extra_ids: Vec<SessionId>,
    /// The client sent a cookie of a previous manager.
    pub(crate) was_sent: bool,
}
