//! Which ids were one session, one after the other; whose it was, and when it ended.

use std::collections::HashMap;

use dewar::store::StoreKey;

use super::deeds::Deed;
use super::history::{Change, Event, Request};

/// A session under all ids that it ever had.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// At which step of the store it began.
    pub(super) begun: usize,
    /// From which step on whose it is.
    owners: Vec<(usize, Option<&'static str>)>,
    /// When it ended, and by which request.
    pub(super) ended: Option<(usize, usize)>,
    /// The request that began it; the first session was there before all.
    pub(super) by: Option<usize>,
    pub(super) is_renamed: bool,
}

/// All sessions of a run.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) all: Vec<Line>,
    of_keys: HashMap<StoreKey, usize>,
}

impl Lines {
    /// The sessions that were there before, with their owners, and what became of them and others.
    pub(super) fn new(
        first: impl IntoIterator<Item = (StoreKey, Option<&'static str>)>,
        requests: &[Request],
        events: &[Event],
    ) -> Self {
        let mut lines = Self::default();
        for (key, owner) in first {
            lines.begin(key, Line { owners: vec![(0, owner)], ..Line::default() });
        }
        for event in events {
            lines.follow(event, requests);
        }
        lines
    }

    pub(super) fn of(&self, key: &StoreKey) -> Option<usize> {
        self.of_keys.get(key).copied()
    }

    fn begin(&mut self, key: StoreKey, line: Line) {
        self.of_keys.insert(key, self.all.len());
        self.all.push(line);
    }

    fn follow(&mut self, Event { step, request, change }: &Event, requests: &[Request]) {
        let owner = match requests[*request].deed {
            Deed::Login(owner) => Some((*step, owner)),
            _ => None,
        };
        let line = match change {
            Change::Begun(key) => {
                let line = Line { begun: *step, by: Some(*request), ..Line::default() };
                self.begin(key.clone(), line);
                self.of(key)
            }
            Change::Renamed(old, new) => {
                let line = self.of(old);
                line.map(|line| self.of_keys.insert(new.clone(), line));
                line.inspect(|line| self.all[*line].is_renamed = true)
            }
            Change::Written(key) => self.of(key),
            Change::Ended(key) => {
                if let Some(line) = self.of(key) {
                    self.all[line].ended.get_or_insert((*step, *request));
                }
                return;
            }
        };
        if let Some(line) = line {
            // A login that names no owner leaves the session whose it was.
            self.all[line].owners.extend(owner.filter(|(_, owner)| owner.is_some()));
        }
    }
}

impl Line {
    pub(super) fn has_ended_by(&self, step: usize) -> bool {
        self.ended.is_some_and(|(ended, _)| ended < step)
    }

    /// Whether it was this owner's at some moment from the one step to the other.
    pub(super) fn was_owned_by(&self, owner: &str, from: usize, to: usize) -> bool {
        let until = self.owners.iter().skip(1).map(|(step, _)| *step).chain([usize::MAX]);
        let mut spans = self.owners.iter().zip(until);
        spans.any(|((since, whose), until)| *whose == Some(owner) && *since <= to && from < until)
    }

    /// Whose it is by now.
    pub(super) fn owner(&self) -> Option<&'static str> {
        self.owners.last().and_then(|(_, owner)| *owner)
    }
}
