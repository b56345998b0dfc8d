//! What was done to a session: recorded key by key, so that it can be applied to what is stored *now*.

use std::fmt;
use std::sync::Arc;

use crate::value::{ConvertError, Map, Text};

/// A change that must be computed from the present value, again if somebody else was faster.
pub(crate) type UpdateFn = Arc<dyn Fn(&mut Map) -> Result<(), ConvertError> + Send + Sync>;

/// The record of a request's changes. Nobody flags a session as modified: it is, if there is something in here.
#[derive(Default)]
pub(crate) struct Changes {
    /// All that was there before was forgotten; the keys below came after.
    pub(crate) cleared: bool,
    /// Keys that were set, removed or updated, in the order of the first change of each.
    keys: Vec<ChangedKey>,
    /// The program asked for a write although it changed nothing we can see.
    pub(crate) marked: bool,
    /// The permanence that is kept apart from the data was changed.
    pub(crate) permanence: bool,
}

struct ChangedKey {
    key: Text,
    /// The functions to run again on a conflict; empty if the key was set or removed outright.
    updates: Vec<UpdateFn>,
}

impl Changes {
    /// The key has a new value or none, whatever it was before.
    pub(crate) fn key_set(&mut self, key: Text) {
        match self.keys.iter_mut().find(|changed| changed.key == key) {
            Some(changed) => changed.updates.clear(),
            None => self.keys.push(ChangedKey { key, updates: Vec::new() }),
        }
    }

    /// The key's new value was computed from its old one.
    pub(crate) fn key_updated(&mut self, key: Text, update: UpdateFn) {
        match self.keys.iter_mut().find(|changed| changed.key == key) {
            // Computed from a value that this request set itself: no other value counts.
            Some(changed) if changed.updates.is_empty() => {}
            Some(changed) => changed.updates.push(update),
            None => self.keys.push(ChangedKey { key, updates: vec![update] }),
        }
    }

    /// Everything before was forgotten.
    pub(crate) fn clear(&mut self) {
        self.cleared = true;
        self.keys.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.cleared && !self.marked && !self.permanence && self.keys.is_empty()
    }
}

/// Keys are the program's own and may be personal: only their number is shown.
impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changes({} keys, cleared: {})", self.keys.len(), self.cleared)
    }
}
