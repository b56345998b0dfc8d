//! Changes that are lost: made after the session was destroyed, or after its response was sent. They are counted, and the program is
//! told.

use super::{Session, State};

/// What is known of the changes that no save will write.
#[derive(Debug, Default)]
pub(super) struct LostChanges {
    /// How many were made after the session was destroyed, and are not reported yet.
    after_destroy: u32,
    /// How many of the unsaved ones need no report: the save that was to write them failed its request, dropped them with an event, or wrote
    /// them into a cookie. `None`: there was no save.
    settled: Option<u32>,
    /// The response was sent; what reports changes that are lost from then on.
    report: Option<fn(u32)>,
}

impl Session {
    /// The response was sent: from now on nothing is saved automatically. Changes that are never saved are reported when the session is
    /// dropped; also those that were made while the save before it was writing.
    pub(crate) fn answered(&self, report: fn(u32)) {
        let mut state = self.lock();
        let unsaved = state.unsaved();
        state.lost.settled.get_or_insert(unsaved);
        state.lost.report = Some(report);
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
        self.lost.report.is_some()
    }

    /// How many changes its response left unsaved, or were made since then and are not saved.
    pub(crate) fn changes_since_answer(&self) -> u32 {
        self.lost.report.map_or(0, |_| self.unsaved().saturating_sub(self.lost.settled.unwrap_or(0)))
    }

    /// A save takes care of all changes that were made so far; after the response, only if it succeeds.
    pub(crate) fn all_are_settled(&mut self) {
        if !self.is_answered() {
            self.lost.settled = Some(self.unsaved());
        }
    }

    /// A save takes care of the changes that it is writing, and of no later ones.
    pub(super) fn written_are_settled(&mut self) {
        if !self.is_answered() {
            self.lost.settled = Some(self.in_flight.count());
        }
    }

    /// The session had ended before the save: it has dropped its changes, with an event.
    pub(crate) fn dropped_are_settled(&mut self) {
        let written = self.in_flight.count();
        self.lost.settled = Some(if written > 0 { written } else { self.unsaved() });
    }

    /// How many changes were made after it was destroyed, since the last call.
    pub(crate) fn take_changes_after_destroy(&mut self) -> u32 {
        std::mem::take(&mut self.lost.after_destroy)
    }

    /// A save has written everything that was unsaved when it began.
    pub(super) fn all_is_saved(&mut self) {
        self.lost.settled = Some(0);
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let lost = self.changes_since_answer();
        if let (1.., Some(report)) = (lost, self.lost.report) {
            report(lost);
        }
    }
}
