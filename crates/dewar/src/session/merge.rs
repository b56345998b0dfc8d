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

impl Session {
    /// On a conflict: makes this session what is stored now, with this request's changes made to it.
    ///
    /// The program's update functions run without the lock, and see the session as this request left it. What they or other tasks change in
    /// the session meanwhile is made to the result, too.
    ///
    /// # Errors
    /// When an update function fails on the value that is there. The session is as before then, as it is when one panics.
    pub(crate) fn rebase(&self, present: Present) -> Result<(), ConvertError> {
        let mut present = present;
        let mut batch = self.lock().first_batch();
        loop {
            if let Err(why) = batch.changes.apply(&batch.data, &mut present.data) {
                self.lock().put_back();
                return Err(why);
            }
            let mut state = self.lock();
            let Some(next) = state.next_batch() else {
                state.finish_merge(present);
                return Ok(());
            };
            drop(state);
            batch = next;
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

    /// The merged data, and from what is stored whatever was not changed here.
    fn finish_merge(&mut self, present: Present) {
        self.put_back();
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
            self.timeouts = present.timeouts;
        }
        self.origin.times = Some(present.times);
    }
}
