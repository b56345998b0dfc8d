//! What the source had.

use std::collections::VecDeque;

use dewar::admin::SessionEntry;

/// How many of the last sessions are kept.
const LAST: usize = 16;

/// What a walk through the source found: how many sessions, and the last ones.
#[derive(Debug, Default)]
pub(super) struct Seen {
    number: usize,
    last: VecDeque<SessionEntry>,
}

impl Seen {
    pub(super) fn add(&mut self, entry: &SessionEntry) {
        self.number += 1;
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(entry.clone());
    }

    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// The last ones, by which a source is recognized that lost its memory.
    pub(super) fn last(&mut self) -> &[SessionEntry] {
        self.last.make_contiguous()
    }
}
