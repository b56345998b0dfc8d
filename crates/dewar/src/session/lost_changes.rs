//! Changes that are lost: made after the session was destroyed, or after its response was sent. They are counted, so that the program hears
//! of them.

use super::{Session, State};

/// What is known of the changes that no save will write.
#[derive(Debug, Default)]
pub(super) struct LostChanges {
    /// How many were made after the session was destroyed, and are not reported yet.
    after_destroy: u32,
    answered: Option<Answered>,
}

/// The response was sent.
#[derive(Debug)]
struct Answered {
    /// How many changes were unsaved by then: those are known to the code that sent the response.
    already: u32,
    report: fn(u32),
}

impl Session {
    /// The response was sent: from now on nothing is saved automatically. Changes that are never saved are reported when the session is
    /// dropped.
    pub(crate) fn answered(&self, report: fn(u32)) {
        let mut state = self.lock();
        let already = state.unsaved();
        state.lost.answered = Some(Answered { already, report });
    }
}

impl State {
    /// How many changes are not saved; those that were made after it was destroyed never will be.
    fn unsaved(&self) -> u32 {
        self.changes.count() + self.in_flight.count() + self.lost.after_destroy
    }

    /// Whether a change is lost, as the session was destroyed. Counts it.
    pub(super) fn is_change_lost(&mut self) -> bool {
        self.lost.after_destroy += u32::from(self.destroyed);
        self.destroyed
    }

    /// Whether its response was sent: the client cannot get another cookie.
    pub(crate) fn is_answered(&self) -> bool {
        self.lost.answered.is_some()
    }

    /// How many changes were made since its response was sent, and are not saved.
    pub(crate) fn changes_since_answer(&self) -> u32 {
        self.lost.answered.as_ref().map_or(0, |answered| self.unsaved().saturating_sub(answered.already))
    }

    /// How many changes were made after it was destroyed, since the last call.
    pub(crate) fn take_changes_after_destroy(&mut self) -> u32 {
        std::mem::take(&mut self.lost.after_destroy)
    }

    /// A save has written everything: what was unsaved when the response was sent no longer is.
    pub(super) fn all_is_saved(&mut self) {
        if let Some(answered) = &mut self.lost.answered {
            answered.already = 0;
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let lost = self.changes_since_answer();
        if let (1.., Some(answered)) = (lost, &self.lost.answered) {
            (answered.report)(lost);
        }
    }
}
