//! What a copy came to.

use dewar::admin::CopyOutcome;
use serde::Serialize;

use super::super::totals::{count, size};

/// What a copy came to.
#[derive(Debug, Default, Serialize)]
pub(super) struct Figures {
    pub(super) copied: usize,
    pub(super) updated: usize,
    pub(super) already_there: usize,
    pub(super) target_is_newer: usize,
    pub(super) ended_at_target: usize,
    /// Ended at the source while they were copied, or since a run before.
    pub(super) ended_at_source: usize,
    pub(super) expired: usize,
    pub(super) not_a_session: usize,
    pub(super) failed: usize,
    /// The size of the records that were copied or updated.
    pub(super) bytes: usize,
}

impl Figures {
    pub(super) fn add(&mut self, outcome: CopyOutcome, bytes: usize) {
        let counted = match outcome {
            CopyOutcome::Copied => &mut self.copied,
            CopyOutcome::Updated => &mut self.updated,
            CopyOutcome::AlreadyThere => &mut self.already_there,
            CopyOutcome::TargetIsNewer => &mut self.target_is_newer,
            CopyOutcome::EndedAtTarget => &mut self.ended_at_target,
            CopyOutcome::EndedAtSource => &mut self.ended_at_source,
            CopyOutcome::Expired => &mut self.expired,
            _ => &mut self.not_a_session,
        };
        *counted += 1;
        if matches!(outcome, CopyOutcome::Copied | CopyOutcome::Updated) {
            self.bytes += bytes;
        }
    }

    /// In a line; what did not happen is left out.
    pub(super) fn in_words(&self, is_dry: bool) -> String {
        let copied = if is_dry { "would be copied" } else { "copied" };
        let first = format!("{} {copied} ({})", count(self.copied, "session"), size(self.bytes));
        let others = [
            (self.updated, if is_dry { "would be updated" } else { "updated" }),
            (self.already_there, "already there"),
            (self.target_is_newer, "newer at the target"),
            (self.ended_at_target, "ended at the target"),
            (self.ended_at_source, "ended at the source"),
            (self.expired, "expired"),
            (self.failed, "failed"),
        ];
        let others = others.iter().filter(|(number, _)| *number > 0);
        others.fold(first, |words, (number, what)| format!("{words}, {number} {what}"))
    }
}
