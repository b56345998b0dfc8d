//! What can be seen when all requests are over.

use dewar::value::Map;

use super::check::Format;
use super::history::{Change, Request, Run};
use super::lines::Lines;
use super::scenarios::Scenario;

/// Everything that can be seen afterwards.
pub(super) struct Aftermath<'r> {
    pub(super) scenario: &'r Scenario,
    pub(super) format: Format,
    pub(super) run: &'r Run,
    pub(super) lines: Lines,
    /// What is found with each cookie that was ever given.
    pub(super) found: Vec<Found>,
    /// How many sessions are listed as hers.
    pub(super) listed: usize,
    /// Whether she is still logged in elsewhere.
    pub(super) is_elsewhere: bool,
}

/// What a cookie leads to.
pub(super) struct Found {
    pub(super) cookie: String,
    pub(super) line: usize,
    pub(super) data: Map,
}

impl Aftermath<'_> {
    pub(super) fn requests(&self) -> &[Request] {
        &self.run.requests
    }

    /// Whether something is found with this cookie.
    pub(super) fn opened(&self, cookie: &str) -> Option<&Found> {
        self.found.iter().find(|found| found.cookie == cookie && !found.data.is_empty())
    }

    pub(super) fn alive_in(&self, line: usize) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(move |found| found.line == line && !found.data.is_empty())
    }

    pub(super) fn line_of(&self, request: &Request) -> Option<usize> {
        self.lines.of(request.key.as_ref()?)
    }

    /// Where the session lies whose cookie it came with.
    pub(super) fn line_sent(&self, request: &Request) -> Option<usize> {
        self.lines.of(self.run.keys.get(&request.sent)?)
    }

    /// A session got another id by a request that came with the cookie.
    pub(super) fn has_newer_id(&self, cookie: &str) -> bool {
        let Some(key) = self.run.keys.get(cookie) else { return false };
        let renames = |change: &Change| matches!(change, Change::Renamed(old, _) if old == key);
        self.run.events.iter().any(|event| renames(&event.change))
    }

    pub(super) fn has_ended(&self, request: &Request) -> bool {
        self.line_of(request).is_some_and(|line| self.lines.all[line].ended.is_some())
    }
}
