//! Saving: what a save takes out of a session, and what it leaves. One save at a time, although several tasks may save clones of a session.

use std::future::poll_fn;
use std::mem;
use std::task::{Poll, Waker};

use super::changes::Changes;
use super::origin::{Origin, StoredAt};
use super::{Session, State};
use crate::lifetime::Times;
use crate::value::Text;

/// Lets one task at a time do something.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    is_taken: bool,
    waiting: Vec<Waker>,
}

/// The right to save a session. When it is dropped, changes that were not stored are unsaved again.
#[derive(Debug)]
pub(crate) struct SavePermit {
    session: Session,
}

/// What the latest save wrote besides the data.
#[derive(Debug, Clone, Default)]
pub(crate) struct Saved {
    pub(crate) is_permanent: bool,
    /// The permanence is not what it was before.
    pub(crate) permanence_was_set: bool,
    /// The owner that the session was given by this save.
    pub(crate) newly_assigned_owner: Option<Text>,
}

impl Session {
    /// The right to save it; `None` while another save is in progress.
    pub(crate) fn try_begin_save(&self) -> Option<SavePermit> {
        let is_free = self.lock().turn.take();
        is_free.then(|| SavePermit { session: self.clone() })
    }

    /// The right to save it, once no other save is in progress.
    pub(crate) async fn begin_save(&self) -> SavePermit {
        poll_fn(|context| {
            let waker = context.waker().clone();
            let is_free = self.lock().turn.take_or_wait(waker);
            if is_free { Poll::Ready(SavePermit { session: self.clone() }) } else { Poll::Pending }
        })
        .await
    }
}

impl Turn {
    /// Whether it was free; it is taken now.
    pub(crate) fn take(&mut self) -> bool {
        !mem::replace(&mut self.is_taken, true)
    }

    /// [`take`](Self::take); if it was not free, the task is woken when it is.
    pub(crate) fn take_or_wait(&mut self, waker: Waker) -> bool {
        let is_free = self.take();
        if !is_free && !self.waiting.iter().any(|known| known.will_wake(&waker)) {
            self.waiting.push(waker);
        }
        is_free
    }

    /// It is free again: the tasks to wake, once no lock is held.
    pub(crate) fn end(&mut self) -> Vec<Waker> {
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
            state.turn.end()
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl State {
    /// Moves all unsaved changes into the save that begins now. Later changes are not part of it.
    pub(crate) fn begin_write(&mut self) -> &Changes {
        self.put_back();
        self.in_flight = mem::take(&mut self.changes);
        self.written_are_settled();
        self.saved = Saved {
            is_permanent: self.is_permanent(),
            permanence_was_set: self.in_flight.permanence,
            newly_assigned_owner: if self.in_flight.has_owner() { self.owner() } else { None },
        };
        &self.in_flight
    }

    /// The changes of a save that did not succeed are unsaved again, before those that were made since.
    pub(super) fn put_back(&mut self) {
        if self.in_flight.is_empty() {
            return;
        }
        let later = mem::take(&mut self.changes);
        self.changes = mem::take(&mut self.in_flight).then(later);
    }

    /// The save has succeeded: its changes are stored. Those that were made since are not.
    pub(crate) fn settle(&mut self, stored_at: Option<StoredAt>, times: Option<Times>) {
        let same_id = |new: &StoredAt| self.origin.stored_at.as_ref().is_some_and(|old| old.id == new.id);
        if stored_at.as_ref().is_some_and(same_id) {
            // A new id that was asked for after this save was planned is left to the next one.
            self.changes.new_id = self.new_id();
        }
        self.origin = Origin { times, stored_at, client_may_hold: true, ..Origin::default() };
        self.changes.discard(mem::take(&mut self.in_flight));
        self.all_is_saved();
    }

    /// All changes are in the cookie that was written. What else is known of the session stays.
    pub(crate) fn settle_in_cookie(&mut self, times: Times) {
        self.put_back();
        let written = mem::take(&mut self.changes);
        self.changes.discard(written);
        self.origin.times = Some(times);
        self.all_is_saved();
    }

    /// What the latest save wrote.
    pub(crate) fn saved(&self) -> &Saved {
        &self.saved
    }
}
