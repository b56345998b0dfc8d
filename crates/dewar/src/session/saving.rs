//! Saving: what a save takes out of a session and what it leaves. Only one save runs at a time, although several tasks may save clones of a
//! session.

use std::future::poll_fn;
use std::mem;
use std::ops::ControlFlow;
use std::task::{Poll, Waker};

use super::changes::Changes;
use super::origin::{Origin, StoredAt};
use super::{Session, State};
use crate::lifetime::Times;
use crate::value::Text;

/// A lock for async tasks: only one task at a time can hold it.
#[derive(Debug, Default)]
pub(crate) struct AsyncLock {
    is_held: bool,
    waiting: Vec<Waker>,
}

/// The right to save a session. When it is dropped, changes that were not stored become unsaved again.
#[derive(Debug)]
pub(crate) struct SavePermit {
    session: Session,
}

/// What the last save wrote besides the data.
#[derive(Debug, Clone, Default)]
pub(crate) struct Saved {
    pub(crate) is_permanent: bool,
    /// Whether the permanence was changed.
    pub(crate) permanence_was_set: bool,
    /// The owner that this save gave to the session.
    pub(crate) newly_assigned_owner: Option<Text>,
}

impl Session {
    /// Takes the right to save the session and continues with what `look` found, unless that is an answer; `None` while another save is in
    /// progress. Most requests have nothing to save, and lock the session once to find that out.
    pub(crate) fn begin_save_unless<A, P>(
        &self,
        look: impl FnOnce(&mut State) -> ControlFlow<A, P>,
    ) -> Option<ControlFlow<A, (SavePermit, P)>> {
        let mut state = self.lock();
        if state.save_lock.is_held {
            return None;
        }
        Some(match look(&mut state) {
            ControlFlow::Break(answer) => ControlFlow::Break(answer),
            ControlFlow::Continue(found) => {
                state.save_lock.is_held = true;
                ControlFlow::Continue((SavePermit { session: self.clone() }, found))
            }
        })
    }

    /// Takes the right to save the session, waiting until no other save is in progress.
    pub(crate) async fn begin_save(&self) -> SavePermit {
        poll_fn(|context| {
            let waker = context.waker().clone();
            let is_free = self.lock().save_lock.acquire_or_wait(waker);
            if is_free { Poll::Ready(SavePermit { session: self.clone() }) } else { Poll::Pending }
        })
        .await
    }
}

impl AsyncLock {
    /// Acquires the lock if it is free, and returns whether it was.
    pub(crate) fn try_acquire(&mut self) -> bool {
        !mem::replace(&mut self.is_held, true)
    }

    /// Like [`try_acquire`](Self::try_acquire), but wakes the task once the lock is free.
    pub(crate) fn acquire_or_wait(&mut self, waker: Waker) -> bool {
        let is_free = self.try_acquire();
        if !is_free && !self.waiting.iter().any(|known| known.will_wake(&waker)) {
            self.waiting.push(waker);
        }
        is_free
    }

    /// Releases the lock, and returns the tasks to wake once no mutex is held.
    pub(crate) fn release(&mut self) -> Vec<Waker> {
        mem::take(self).waiting
    }
}

impl SavePermit {
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }
}

impl Drop for SavePermit {
    fn drop(&mut self) {
        let waiting = {
            let mut state = self.session.lock();
            state.put_back();
            state.save_lock.release()
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl State {
    /// Moves all unsaved changes into the save that begins now. Later changes are not part of it.
    pub(crate) fn begin_write(&mut self) -> &Changes {
        self.put_back();
        self.saving = mem::take(&mut self.changes);
        self.written_are_settled();
        self.saved = Saved {
            is_permanent: self.is_permanent(),
            permanence_was_set: self.saving.permanence,
            newly_assigned_owner: if self.saving.has_owner() { self.owner() } else { None },
        };
        &self.saving
    }

    /// Makes the changes of a failed save unsaved again. They come before those made since.
    pub(super) fn put_back(&mut self) {
        if self.saving.is_empty() {
            return;
        }
        let later = mem::take(&mut self.changes);
        self.changes = mem::take(&mut self.saving).then(later);
    }

    /// Notes that the save succeeded: its changes are stored. Those made since are not.
    pub(crate) fn settle(&mut self, stored_at: Option<StoredAt>, times: Option<Times>) {
        let same_id = |new: &StoredAt| self.origin.stored_at.as_ref().is_some_and(|old| old.id == new.id);
        if stored_at.as_ref().is_some_and(same_id) {
            // A new id that was requested after this save was planned is left to the next save.
            self.changes.new_id = self.new_id();
        }
        self.origin = Origin { times, stored_at, client_may_have_cookie: true, ..Origin::default() };
        self.changes.discard(mem::take(&mut self.saving));
        self.all_is_saved();
    }

    /// Makes changes that were stored unsaved again, because what was stored is withdrawn. They come before those made since.
    pub(crate) fn changes_are_unsaved(&mut self, withdrawn: Changes) {
        self.put_back();
        let later = mem::take(&mut self.changes);
        self.changes = withdrawn.then(later);
    }

    /// Notes that all changes are in the cookie that was written. Everything else about the session is unchanged.
    pub(crate) fn settle_in_cookie(&mut self, times: Times) {
        self.put_back();
        let written = mem::take(&mut self.changes);
        self.changes.discard(written);
        self.origin.times = Some(times);
        self.all_is_saved();
    }

    /// What the last save wrote.
    pub(crate) fn saved(&self) -> &Saved {
        &self.saved
    }
}
