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
    /// The client came with this id, of a session that ended or has a new id by now: whatever this request does is too late. It
    /// can neither be kept nor touch the cookie, which may be that of the session after it.
    pub(crate) came_too_late: Option<SessionId>,
}

/// The place of a session in a store.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: SessionId,
    pub(crate) revision: Revision,
}
