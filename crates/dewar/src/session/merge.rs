//! Merging: a request's changes are made to what another request has stored meanwhile.

use std::mem;
use std::sync::Arc;

use super::changes::Changes;
use super::{Layout, Present, Session, State};
use crate::value::{ConvertError, Map};

/// Changes that are still to be made to the stored session, and the data that they led to here.
struct Batch {
    changes: Changes,
    data: Arc<Map>,
}

/// What the changes are made to.
#[derive(Clone, Copy)]
enum Onto {
    /// The session that this request found, as another request has changed it: both are merged.
    TheSame,
    /// Another session: what this request set and computed counts, whatever is there.
    Another,
}

impl Session {
    /// On a conflict: makes this session what is stored now, with this request's changes made to it.
    ///
    /// The program's functions run without the lock, and see the session as this request left it. What they or other tasks change in
    /// the session meanwhile is made to the result, too.
    ///
    /// # Errors
    /// When a function of the program fails on the value that is there. The session is as before then, as it is when one panics.
    pub(crate) fn rebase(&self, present: Present) -> Result<(), ConvertError> {
        self.replay(present, Onto::TheSame)
    }

    /// Makes this session another one, with this request's changes made to it.
    ///
    /// # Errors
    /// As [`rebase`](Self::rebase).
    pub(crate) fn restart_from(&self, present: Present) -> Result<(), ConvertError> {
        self.replay(present, Onto::Another)
    }

    fn replay(&self, mut present: Present, onto: Onto) -> Result<(), ConvertError> {
        let mut batch = self.lock().first_batch();
        let mut done = Changes::default();
        loop {
            if let Err(why) = batch.replay(&mut present.data, onto) {
                self.lock().put_back();
                return Err(why);
            }
            done = done.then(batch.changes);
            let mut state = self.lock();
            let Some(next) = state.next_batch() else {
                state.finish_merge(present, done);
                return Ok(());
            };
            drop(state);
            batch = next;
        }
    }
}

impl Batch {
    fn replay(&mut self, theirs: &mut Map, onto: Onto) -> Result<(), ConvertError> {
        match onto {
            Onto::TheSame => self.changes.replay(&self.data, theirs),
            Onto::Another => self.changes.replay_outright(&self.data, theirs),
        }
    }
}

impl State {
    fn first_batch(&mut self) -> Batch {
        self.put_back();
        self.in_flight = mem::take(&mut self.changes);
        Batch { changes: self.in_flight.clone(), data: self.data.snapshot() }
    }

    /// What was changed since the last batch was taken.
    fn next_batch(&mut self) -> Option<Batch> {
        if self.changes.is_empty() {
            return None;
        }
        let changes = self.changes.clone();
        self.put_back();
        self.in_flight = mem::take(&mut self.changes);
        Some(Batch { changes, data: self.data.snapshot() })
    }

    /// The merged data, and from what is stored whatever was not changed here. The changes start from what is stored now.
    fn finish_merge(&mut self, present: Present, done: Changes) {
        self.put_back();
        let before = mem::replace(&mut self.changes, done);
        self.changes.discard(before);
        self.data = present.data.into();
        if self.layout == Layout::Beside && !self.changes.permanence {
            self.permanent = present.is_permanent;
        }
        if !self.changes.has_owner() {
            self.owner = present.owner;
        }
        if !self.changes.has_device() {
            self.device = present.device;
        }
        if !self.changes.has_timeouts() {
            self.timeouts = self.lifetimes.cut(present.timeouts);
        }
        self.origin.times = Some(present.times);
    }
}
