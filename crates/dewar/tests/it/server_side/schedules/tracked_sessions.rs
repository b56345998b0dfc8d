//! Sessions under all their ids: their owners, and when they ended.

use std::collections::HashMap;

use dewar::store::StoreKey;

use super::actions::{Action, Program};
use super::history::{Change, Event, Request};

/// A session under all ids that it ever had.
#[derive(Debug, Default)]
pub(super) struct TrackedSession {
    /// The step at which it began.
    pub(super) begun: usize,
    /// Its owners, each with the step from which on it was the owner.
    owners: Vec<(usize, Option<&'static str>)>,
    /// The step at which it ended, and the request that ended it.
    pub(super) ended: Option<(usize, usize)>,
    /// The request that began it; `None` if it existed before the requests.
    pub(super) by: Option<usize>,
    pub(super) is_renamed: bool,
    /// The session that its tombstone leads to.
    replaced_by: Option<usize>,
}

/// All sessions of a run.
#[derive(Debug, Default)]
pub(super) struct TrackedSessions {
    pub(super) all: Vec<TrackedSession>,
    of_keys: HashMap<StoreKey, usize>,
}

impl TrackedSessions {
    /// Follows the sessions in `first`, with their owners, and those that begin later.
    pub(super) fn new(
        first: impl IntoIterator<Item = (StoreKey, Option<&'static str>)>,
        requests: &[Request],
        events: &[Event],
        program: Program,
    ) -> Self {
        let mut sessions = Self::default();
        for (key, owner) in first {
            sessions.begin(key, TrackedSession { owners: vec![(0, owner)], ..TrackedSession::default() });
        }
        for event in events {
            sessions.follow(event, requests, program);
        }
        sessions
    }

    pub(super) fn index_of(&self, key: &StoreKey) -> Option<usize> {
        self.of_keys.get(key).copied()
    }

    /// The session and those that replaced it: a logout that comes late ends the last of them.
    pub(super) fn and_replacements(&self, session: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(session, |session| self.all[*session].replaced_by)
    }

    fn begin(&mut self, key: StoreKey, session: TrackedSession) {
        self.of_keys.insert(key, self.all.len());
        self.all.push(session);
    }

    /// Whether a new id is that of another session, which begins while this one ends.
    fn is_another(&self, session: usize, action: Action, program: Program) -> bool {
        match action {
            Action::Goodbye => true,
            Action::Login(Some(owner)) if program.ends_sessions_of_others() => {
                self.all[session].owner().is_some_and(|before| before != owner)
            }
            _ => false,
        }
    }

    fn follow(&mut self, Event { step, request, change }: &Event, requests: &[Request], program: Program) {
        let owner = match requests[*request].action {
            Action::Login(owner) => Some((*step, owner)),
            _ => None,
        };
        let begun = || TrackedSession { begun: *step, by: Some(*request), ..TrackedSession::default() };
        let session = match change {
            Change::Created(key) => {
                self.begin(key.clone(), begun());
                self.index_of(key)
            }
            Change::Renamed(old, new)
                if let Some(session) = self.index_of(old)
                    && self.is_another(session, requests[*request].action, program) =>
            {
                self.all[session].ended.get_or_insert((*step, *request));
                self.begin(new.clone(), begun());
                self.all[session].replaced_by = self.index_of(new);
                self.index_of(new)
            }
            Change::Renamed(old, new) => {
                let session = self.index_of(old);
                session.map(|session| self.of_keys.insert(new.clone(), session));
                session.inspect(|session| self.all[*session].is_renamed = true)
            }
            Change::Written(key) => self.index_of(key),
            Change::Ended(key) => {
                if let Some(session) = self.index_of(key) {
                    self.all[session].ended.get_or_insert((*step, *request));
                }
                return;
            }
        };
        if let Some(session) = session {
            // A login that sets no owner does not change the owner.
            self.all[session].owners.extend(owner.filter(|(_, owner)| owner.is_some()));
        }
    }
}

impl TrackedSession {
    pub(super) fn has_ended_by(&self, step: usize) -> bool {
        self.ended.is_some_and(|(ended, _)| ended < step)
    }

    /// Whether this was its owner at some step in `from..=to`.
    pub(super) fn was_owned_by(&self, owner: &str, from: usize, to: usize) -> bool {
        let until = self.owners.iter().skip(1).map(|(step, _)| *step).chain([usize::MAX]);
        let mut spans = self.owners.iter().zip(until);
        spans.any(|((since, current), until)| *current == Some(owner) && *since <= to && from < until)
    }

    /// Its owner in the end.
    pub(super) fn owner(&self) -> Option<&'static str> {
        self.owners.last().and_then(|(_, owner)| *owner)
    }

    /// Whether it ever had another owner than this one.
    pub(super) fn was_of_another(&self, owner: &str) -> bool {
        self.owners.iter().any(|(_, other)| other.is_some_and(|other| other != owner))
    }
}
