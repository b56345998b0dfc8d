//! Changes that came too late: after the session was destroyed, or after its response had left. Whoever made them must hear of it.

use super::{Session, State};

/// The changes that nothing keeps, as far as is known.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// Made after it was destroyed, and not told yet.
    pub(super) after_destroy: u32,
    answered: Option<Answered>,
}

/// The response has left.
#[derive(Debug)]
struct Answered {
    /// How many changes were not kept by then: whoever answered knows of them.
    already: u32,
    tell: fn(u32),
}

impl Session {
    /// The response has left: from now on nothing is kept by itself. What is changed and never saved is told at the end.
    pub(crate) fn answered(&self, tell: fn(u32)) {
        let mut state = self.lock();
        let already = state.unsaved();
        state.late.answered = Some(Answered { already, tell });
    }
}

impl State {
    /// Whether its response has left: the client cannot be told anything more.
    pub(crate) fn is_answered(&self) -> bool {
        self.late.answered.is_some()
    }

    /// How many changes were made since its response has left, and are not kept.
    pub(crate) fn changes_since_answer(&self) -> u32 {
        self.late.answered.as_ref().map_or(0, |answered| self.unsaved().saturating_sub(answered.already))
    }

    /// How many changes were made after it was destroyed, since this was last asked.
    pub(crate) fn take_changes_after_destroy(&mut self) -> u32 {
        std::mem::take(&mut self.late.after_destroy)
    }

    /// All that was there when the response left is kept, too, by now.
    pub(super) fn nothing_is_owed(&mut self) {
        if let Some(answered) = &mut self.late.answered {
            answered.already = 0;
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let lost = self.changes_since_answer();
        if let (1.., Some(answered)) = (lost, &self.late.answered) {
            (answered.tell)(lost);
        }
    }
}
