//! The first of many sessions, in an order, in the memory that those take.

use std::collections::BTreeMap;

use dewar::admin::SessionEntry;
use dewar::clock::UnixTime;

use crate::args::Sort;

/// The first sessions in an order.
#[derive(Debug)]
pub(super) struct First {
    sort: Sort,
    limit: usize,
    /// By rank, and for equal ones by when they came.
    kept: BTreeMap<(i128, u64), SessionEntry>,
    came: u64,
}

impl First {
    pub(super) fn new(sort: Sort, limit: usize) -> Self {
        Self { sort, limit, kept: BTreeMap::new(), came: 0 }
    }

    /// Keeps the session if it is among the first.
    pub(super) fn add(&mut self, entry: SessionEntry) {
        self.kept.insert((rank(self.sort, &entry), self.came), entry);
        self.came += 1;
        if self.kept.len() > self.limit {
            self.kept.pop_last();
        }
    }

    /// The sessions, first ones first.
    pub(super) fn into_entries(self) -> impl Iterator<Item = SessionEntry> {
        self.kept.into_values()
    }
}

/// The smaller, the earlier. What is not known comes last.
fn rank(sort: Sort, entry: &SessionEntry) -> i128 {
    let last = i128::MAX;
    let at = |time: Option<UnixTime>| time.map(|time| i128::from(time.millis()));
    match sort {
        Sort::Oldest => at(entry.created).unwrap_or(last),
        Sort::Newest => at(entry.created).map_or(last, |created| -created),
        Sort::Expiring => at(entry.expires).unwrap_or(last),
        Sort::Largest => -(entry.bytes as i128),
    }
}
