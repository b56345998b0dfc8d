//! Merging: a request's changes are made to what another request has stored meanwhile.

use std::mem;
use std::sync::Arc;

use super::changes::Changes;
use super::conflict::{CannotMerge, OnConflict, Rebased};
use super::reads::Reads;
use super::replay::{Onto, Replay};
use super::{Layout, Present, Session, State};
use crate::value::{Map, Text};

/// Changes that are still to be made to the stored session, and the data that they led to here.
struct Batch {
    changes: Changes,
    data: Arc<Map>,
    reads: Reads,
}

impl Session {
    /// On a conflict: makes this session what is stored now, with this request's changes made to it. If that has another owner by now,
    /// nothing is done.
    ///
    /// The program's functions run without the lock, and see the session as this request left it. What they or other tasks change in
    /// the session meanwhile is made to the result, too.
    ///
    /// # Errors
    /// When a function of the program fails on the value that is there, or a conflict is refused. The session is as before then, as it is when
    /// a function panics.
    pub(crate) fn rebase(&self, present: Present, on_conflict: OnConflict) -> Result<Rebased, CannotMerge> {
        if self.lock().is_of_another(present.owner.as_ref()) {
            return Ok(Rebased::OwnerChanged);
        }
        let overwritten = self.replay(present, Onto::TheSame, on_conflict)?;
        Ok(Rebased::Merged { overwritten })
    }

    /// Makes this session another one, with this request's changes made to it.
    ///
    /// # Errors
    /// When a function of the program fails on the value that is there. The session is as before then.
    pub(crate) fn restart_from(&self, present: Present) -> Result<(), CannotMerge> {
        self.replay(present, Onto::Another, OnConflict::LaterWins).map(|_| ())
    }

    /// How many values that were read were overwritten.
    fn replay(
        &self,
        mut present: Present,
        onto: Onto,
        on_conflict: OnConflict,
    ) -> Result<usize, CannotMerge> {
        let (mut batch, mut done, mut overwritten) = (self.lock().first_batch(), Changes::default(), 0);
        loop {
            match batch.replay(&mut present.data, onto, on_conflict) {
                Ok(keys) => overwritten += keys,
                Err(why) => {
                    self.lock().put_back();
                    return Err(why);
                }
            }
            done = done.then(batch.changes);
            let mut state = self.lock();
            let Some(next) = state.next_batch() else {
                state.finish_merge(present, done);
                return Ok(overwritten);
            };
            drop(state);
            batch = next;
        }
    }
}

impl Batch {
    /// How many values that were read are overwritten.
    fn replay(
        &mut self,
        theirs: &mut Map,
        onto: Onto,
        on_conflict: OnConflict,
    ) -> Result<usize, CannotMerge> {
        let mut replay = Replay { onto, ours: &self.data, reads: &self.reads, overwritten: Vec::new() };
        replay.make(&mut self.changes, theirs).map_err(CannotMerge::Function)?;
        let keys = replay.overwritten;
        match on_conflict {
            OnConflict::Refuse if !keys.is_empty() => Err(CannotMerge::Conflict(keys)),
            _ => Ok(keys.len()),
        }
    }
}

impl State {
    /// Whether what is stored now belongs to another owner than this request found, and than this request sets. A session that
    /// was cleared takes nothing from what is stored, so that it does not matter then.
    fn is_of_another(&self, owner: Option<&Text>) -> bool {
        let displaced = self.in_flight.displaced_owner().or(self.changes.displaced_owner());
        let is_set = displaced.is_some();
        let now = self.owner();
        let found = displaced.unwrap_or(&now);
        let is_expected = found.as_ref() == owner || (is_set && now.as_ref() == owner);
        !is_expected && !self.is_final() && self.is_modified()
    }

    fn first_batch(&mut self) -> Batch {
        self.put_back();
        self.in_flight = mem::take(&mut self.changes);
        self.batch(self.in_flight.clone())
    }

    /// What was changed since the last batch was taken.
    fn next_batch(&mut self) -> Option<Batch> {
        if self.changes.is_empty() {
            return None;
        }
        let changes = self.changes.clone();
        self.put_back();
        self.in_flight = mem::take(&mut self.changes);
        Some(self.batch(changes))
    }

    fn batch(&mut self, changes: Changes) -> Batch {
        Batch { changes, data: self.data.snapshot(), reads: self.reads.clone() }
    }

    /// Takes over the merged data, and all else that this request did not change. The changes are now those of what is stored.
    fn finish_merge(&mut self, present: Present, mut done: Changes) {
        self.put_back();
        done.made_to_session_of(present.owner.as_ref());
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

#[cfg(test)]
mod tests;
