//! Merging: applying a request's changes to what another request has stored in the meantime.

use std::mem;
use std::sync::Arc;

use super::changes::Changes;
use super::conflict::{CannotMerge, OnConflict, Rebased};
use super::reads::Reads;
use super::replay::{MergeTarget, Replay};
use super::{Layout, Session, State, StoredSession};
use crate::value::{Map, Text};

/// Changes that still have to be applied to the stored session, and the data they led to here.
struct Batch {
    changes: Changes,
    data: Arc<Map>,
    reads: Reads,
}

impl Session {
    /// After a concurrent write: replaces this session by the stored one with this request's changes applied. If that has a different owner
    /// by now, nothing is done.
    ///
    /// The program's functions run without the lock, and see the session as this request left it. Changes that they or other tasks make to
    /// the session in the meantime are applied as well.
    ///
    /// # Errors
    /// When a function of the program fails on the stored value, or a conflict is refused. The session is unchanged in that case, and when
    /// a function panics.
    pub(crate) fn rebase(
        &self,
        present: StoredSession,
        on_conflict: OnConflict,
    ) -> Result<Rebased, CannotMerge> {
        if self.lock().is_of_another(present.owner.as_ref()) {
            return Ok(Rebased::OwnerChanged);
        }
        let overwritten = self.replay(present, MergeTarget::SameSession, on_conflict)?;
        Ok(Rebased::Merged { overwritten })
    }

    /// Replaces this session by another one with this request's changes applied.
    ///
    /// # Errors
    /// When a function of the program fails on the stored value. The session is unchanged in that case.
    pub(crate) fn restart_from(&self, present: StoredSession) -> Result<(), CannotMerge> {
        self.replay(present, MergeTarget::OtherSession, OnConflict::LaterWins).map(|_| ())
    }

    /// Returns how many values that were read were overwritten.
    fn replay(
        &self,
        mut present: StoredSession,
        onto: MergeTarget,
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
    /// Returns how many values that were read are overwritten.
    fn replay(
        &mut self,
        theirs: &mut Map,
        onto: MergeTarget,
        on_conflict: OnConflict,
    ) -> Result<usize, CannotMerge> {
        let mut replay = Replay { onto, ours: &self.data, reads: &self.reads, overwritten: Vec::new() };
        replay.apply(&mut self.changes, theirs).map_err(CannotMerge::Function)?;
        let keys = replay.overwritten;
        match on_conflict {
            OnConflict::Refuse if !keys.is_empty() => Err(CannotMerge::Conflict(keys)),
            _ => Ok(keys.len()),
        }
    }
}

impl State {
    /// Whether the stored session has an owner other than the one this request found or set. It does not matter if this session was
    /// cleared, since it takes nothing from the stored one then.
    fn is_of_another(&self, owner: Option<&Text>) -> bool {
        let displaced = self.saving.displaced_owner().or(self.changes.displaced_owner());
        let is_set = displaced.is_some();
        let now = self.owner();
        let found = displaced.unwrap_or(&now);
        let is_expected = found.as_ref() == owner || (is_set && now.as_ref() == owner);
        !is_expected && !self.is_final() && self.is_modified()
    }

    fn first_batch(&mut self) -> Batch {
        self.put_back();
        self.saving = mem::take(&mut self.changes);
        self.batch(self.saving.clone())
    }

    /// The changes made since the last batch was taken.
    fn next_batch(&mut self) -> Option<Batch> {
        if self.changes.is_empty() {
            return None;
        }
        let changes = self.changes.clone();
        self.put_back();
        self.saving = mem::take(&mut self.changes);
        Some(self.batch(changes))
    }

    fn batch(&mut self, changes: Changes) -> Batch {
        Batch { changes, data: self.data.snapshot(), reads: self.reads.clone() }
    }

    /// Takes over the merged data and everything else that this request did not change. From now on the changes are relative to what is
    /// stored.
    fn finish_merge(&mut self, present: StoredSession, mut done: Changes) {
        self.put_back();
        done.applied_to_session_of(present.owner.as_ref());
        let before = mem::replace(&mut self.changes, done);
        self.changes.discard(before);
        self.data = present.data.into();
        if self.layout == Layout::Separate && !self.changes.permanence {
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
