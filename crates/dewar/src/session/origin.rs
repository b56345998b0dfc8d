//! Where a session comes from: what its keeper knew when it was opened.

use super::id::SessionId;
use crate::clock::UnixTime;
use crate::lifetime::Times;
use crate::revision::Revision;

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
    /// When it came to its owner, if the cookie says so.
    pub(crate) owned_since: Option<UnixTime>,
    /// The client came with the id of a session that is no more.
    pub(crate) late: Option<Late>,
    /// The client came with the id of a record that cannot be read. Nothing is written over it; a logout ends it.
    pub(crate) unreadable: Option<Kept>,
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
