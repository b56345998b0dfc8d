//! What is visible after all requests have ended.

use dewar::value::Map;

use super::actions::Program;
use super::check::Format;
use super::history::{Change, Request, Run};
use super::scenarios::Scenario;
use super::tracked_sessions::TrackedSessions;

/// Everything that is visible after the requests.
pub(super) struct FinalState<'r> {
    pub(super) scenario: &'r Scenario,
    pub(super) format: Format,
    pub(super) program: Program,
    pub(super) run: &'r Run,
    pub(super) sessions: TrackedSessions,
    /// What each cookie that was ever set opens.
    pub(super) found: Vec<Found>,
    /// The number of sessions that are listed for Zoe.
    pub(super) listed: usize,
    /// Whether the user is still logged in on another device.
    pub(super) is_logged_in_elsewhere: bool,
}

/// What a cookie opens.
pub(super) struct Found {
    pub(super) cookie: String,
    /// The index of the session in `sessions`.
    pub(super) session: usize,
    pub(super) data: Map,
}

impl FinalState<'_> {
    pub(super) fn requests(&self) -> &[Request] {
        &self.run.requests
    }

    /// What this cookie opens, unless it is empty.
    pub(super) fn opened(&self, cookie: &str) -> Option<&Found> {
        self.found.iter().find(|found| found.cookie == cookie && !found.data.is_empty())
    }

    pub(super) fn live_ids_of(&self, session: usize) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(move |found| found.session == session && !found.data.is_empty())
    }

    pub(super) fn session_of(&self, request: &Request) -> Option<usize> {
        self.sessions.index_of(request.key.as_ref()?)
    }

    /// The session whose cookie the request sent.
    pub(super) fn session_sent(&self, request: &Request) -> Option<usize> {
        self.sessions.index_of(self.run.keys.get(&request.sent)?)
    }

    /// Whether the session of this cookie has got another id since.
    pub(super) fn has_newer_id(&self, cookie: &str) -> bool {
        let Some(key) = self.run.keys.get(cookie) else { return false };
        let renames = |change: &Change| matches!(change, Change::Renamed(old, _) if old == key);
        self.run.events.iter().any(|event| renames(&event.change))
    }

    pub(super) fn has_ended(&self, request: &Request) -> bool {
        self.session_of(request).is_some_and(|session| self.sessions.all[session].ended.is_some())
    }
}
