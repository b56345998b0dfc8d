//! Changes that are lost because they were made after the session was destroyed or after its response was sent. They are counted and
//! reported.

use super::State;

/// The numbers of changes that no save will write.
#[derive(Debug, Default)]
pub(super) struct LostChanges {
    /// The number of changes made after the session was destroyed that are not reported yet.
    after_destroy: u32,
    /// The number of unsaved changes that need no report, because the save that should have written them failed its request, dropped them
    /// with an event, or wrote them into a cookie. `None` if there was no save.
    settled: Option<u32>,
    /// Set once the response was sent: the function that reports changes lost from then on.
    report: Option<fn(u32)>,
}

impl State {
    /// Notes that the response was sent: from now on nothing is saved automatically. Changes that are never saved are reported when the
    /// session is dropped, including those made while the last save was writing.
    pub(crate) fn mark_response_sent(&mut self, report: fn(u32)) {
        let unsaved = self.unsaved();
        self.lost.settled.get_or_insert(unsaved);
        self.lost.report = Some(report);
    }

    /// The number of changes that are not saved, including those made after the session was destroyed, which never will be.
    fn unsaved(&self) -> u32 {
        self.changes.count() + self.saving.count() + self.lost.after_destroy
    }

    /// Whether a change is lost because the session was destroyed. Counts it.
    pub(super) fn is_change_lost(&mut self) -> bool {
        self.lost.after_destroy += u32::from(self.destroyed);
        self.destroyed
    }

    /// Whether the response was sent, so that the client cannot get another cookie.
    pub(crate) fn is_response_sent(&self) -> bool {
        self.lost.report.is_some()
    }

    /// The number of changes that were unsaved when the response was sent, or were made since, and are still not saved.
    pub(crate) fn changes_since_response(&self) -> u32 {
        self.lost.report.map_or(0, |_| self.unsaved().saturating_sub(self.lost.settled.unwrap_or(0)))
    }

    /// A save accounts for all changes made so far; after the response, only if it succeeds.
    pub(crate) fn all_are_settled(&mut self) {
        if !self.is_response_sent() {
            self.lost.settled = Some(self.unsaved());
        }
    }

    /// A save accounts for the changes that it is writing, not for later ones.
    pub(super) fn written_are_settled(&mut self) {
        if !self.is_response_sent() {
            self.lost.settled = Some(self.saving.count());
        }
    }

    /// The session had ended before the save, which dropped its changes with an event.
    pub(crate) fn dropped_are_settled(&mut self) {
        let written = self.saving.count();
        self.lost.settled = Some(if written > 0 { written } else { self.unsaved() });
    }

    /// The number of changes made after the session was destroyed, since the last call.
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
        let lost = self.changes_since_response();
        if let (1.., Some(report)) = (lost, self.lost.report) {
            report(lost);
        }
    }
}
