//! One save of a session at a time, although clones of it may be saved by several tasks.

use std::future::poll_fn;
use std::task::{Poll, Waker};

use super::Session;

/// Whose turn it is to save.
#[derive(Debug, Default)]
pub(super) struct Turn {
    is_taken: bool,
    waiting: Vec<Waker>,
}

/// The right to save a session. What was on its way when this is dropped, and was not kept, is as unsaved as before.
#[derive(Debug)]
pub(crate) struct SavePermit {
    session: Session,
}

impl Session {
    /// The right to save it; `None` while another save is under way.
    pub(crate) fn try_begin_save(&self) -> Option<SavePermit> {
        let turn = &mut self.lock().turn;
        let is_free = !std::mem::replace(&mut turn.is_taken, true);
        is_free.then(|| SavePermit { session: self.clone() })
    }

    /// The right to save it, once every other save is over.
    pub(crate) async fn begin_save(&self) -> SavePermit {
        poll_fn(|context| {
            let turn = &mut self.lock().turn;
            if !std::mem::replace(&mut turn.is_taken, true) {
                return Poll::Ready(SavePermit { session: self.clone() });
            }
            if !turn.waiting.iter().any(|known| known.will_wake(context.waker())) {
                turn.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
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
            std::mem::take(&mut state.turn).waiting
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}
