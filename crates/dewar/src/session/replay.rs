//! Applying recorded changes again, to what another request has stored in the meantime.

use super::changes::Changes;
use super::counted;
use super::log::{Change, UpdateFn};
use super::reads::Reads;
use super::state::{difference, put};
use crate::value::{ConvertError, Map, Text, Value, three_way};

/// What the changes are applied to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MergeTarget {
    /// The session that this request opened, after another request has changed it: both are merged.
    SameSession,
    /// A different session: the values that this request set or computed replace those in it.
    OtherSession,
}

/// One replay of a request's changes.
pub(super) struct Replay<'r> {
    pub(super) onto: MergeTarget,
    /// The data that the changes led to in this request.
    pub(super) ours: &'r Map,
    /// The keys that this request has read.
    pub(super) reads: &'r Reads,
    /// The keys that this request had read and whose changes could not be merged: they now have this request's values.
    pub(super) overwritten: Vec<Text>,
}

impl Replay<'_> {
    /// Applies the changes to `theirs`, and records them as changes to that data. Other keys are not touched. Runs the program's functions:
    /// must not be called under the session's lock.
    ///
    /// # Errors
    /// When a function fails on the stored value.
    pub(super) fn apply(&mut self, changes: &mut Changes, theirs: &mut Map) -> Result<(), ConvertError> {
        if changes.cleared {
            theirs.clear();
        }
        let mut rest = changes.log.as_mut_slice();
        while let Some((change, later)) = rest.split_first_mut() {
            match change {
                Change::Set { key, displaced } => {
                    let new = self.merged(key, displaced.as_ref(), later, theirs);
                    *displaced = put(theirs, key, new);
                }
                Change::Updated { key, displaced, functions } => {
                    *displaced = theirs.get_text(key).cloned();
                    update(key, functions, theirs)?;
                }
                Change::Edited { displaced, function } => {
                    let before = theirs.clone();
                    function(theirs)?;
                    *displaced = difference(before, theirs);
                }
            }
            rest = later;
        }
        Ok(())
    }

    /// The merged value of a key that this request set.
    fn merged(&mut self, key: &Text, base: Option<&Value>, later: &[Change], theirs: &Map) -> Option<Value> {
        let set = later.iter().find_map(|change| change.displaced(key));
        let ours = set.unwrap_or_else(|| self.ours.get_text(key));
        if self.onto == MergeTarget::OtherSession {
            return ours.cloned();
        }
        let was_read = self.reads.contain(key);
        let found = theirs.get_text(key).cloned();
        let counted_alike = was_read && counted::alike(base, ours, found.as_ref());
        let merged = three_way(base, ours, found);
        let is_unreadable = merged.is_mixed && !self.reads.can_read(key, ours, merged.value.as_ref(), theirs);
        if was_read && (merged.is_conflict || is_unreadable || counted_alike) {
            self.overwritten.push(key.clone());
        }
        if is_unreadable { ours.cloned() } else { merged.value }
    }
}

fn update(key: &Text, functions: &[UpdateFn], theirs: &mut Map) -> Result<(), ConvertError> {
    for function in functions {
        let new = function(theirs.get_text(key)).map_err(|error| error.in_key(key))?;
        put(theirs, key, new);
    }
    Ok(())
}
