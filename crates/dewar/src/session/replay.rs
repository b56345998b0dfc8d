//! Making recorded changes again, to what another request has stored meanwhile.

use std::mem;
use std::sync::Arc;

use super::changes::{Changes, put};
use crate::value::{ConvertError, Map, Text, Value, three_way};

/// Computes a key's new value from its present one; `None` removes the key. Runs again when another request has stored the session meanwhile.
pub(crate) type UpdateFn = Arc<dyn Fn(Option<&Value>) -> Result<Option<Value>, ConvertError> + Send + Sync>;

/// Computes several values. Runs again as [`UpdateFn`].
pub(crate) type EditFn = Arc<dyn Fn(&mut Map) -> Result<(), ConvertError> + Send + Sync>;

/// One change of the data.
#[derive(Clone)]
pub(super) enum Change {
    Set(SetKey),
    Updated(UpdatedKey),
    /// Several values were computed.
    #[allow(dead_code, reason = "for typed sessions")]
    Edited(EditFn),
}

/// A key that was set or removed outright: merged with what is stored.
#[derive(Clone)]
pub(super) struct SetKey {
    pub(super) key: Text,
    /// The value that this request found.
    pub(super) base: Option<Value>,
    /// What was set, if it was changed again after several values were edited; else it is in the data.
    pub(super) ours: Option<Option<Value>>,
}

/// A key whose value was computed from the one that was there: the functions run again.
#[derive(Clone)]
pub(super) struct UpdatedKey {
    pub(super) key: Text,
    /// The value that this request found, in case that the key is set outright later.
    pub(super) base: Option<Value>,
    pub(super) functions: Vec<UpdateFn>,
}

impl Change {
    /// The only key that it changes.
    pub(super) fn key(&self) -> Option<&Text> {
        match self {
            Self::Set(set) => Some(&set.key),
            Self::Updated(updated) => Some(&updated.key),
            Self::Edited(_) => None,
        }
    }

    pub(super) fn take_base(&mut self) -> Option<Value> {
        match self {
            Self::Set(SetKey { base, .. }) | Self::Updated(UpdatedKey { base, .. }) => base.take(),
            Self::Edited(_) => None,
        }
    }

    /// Makes the change that led to `ours` in `theirs`; from then on `theirs` is what it started from.
    fn replay(&mut self, ours: &Map, theirs: &mut Map) -> Result<(), ConvertError> {
        match self {
            Self::Set(set) => set.merge(ours, theirs),
            Self::Updated(UpdatedKey { key, base, functions }) => {
                *base = theirs.get_text(key).cloned();
                for function in functions {
                    let new = function(theirs.get_text(key))?;
                    put(theirs, key, new);
                }
            }
            Self::Edited(function) => function(theirs)?,
        }
        Ok(())
    }
}

impl SetKey {
    fn merge(&mut self, ours: &Map, theirs: &mut Map) {
        let set = self.ours.as_ref().map_or(ours.get_text(&self.key), Option::as_ref);
        let found = theirs.get_text(&self.key).cloned();
        let merged = three_way(self.base.as_ref(), set, found).value;
        if self.ours.is_some() {
            self.ours = Some(merged.clone());
        }
        self.base = put(theirs, &self.key, merged);
    }
}

impl Changes {
    /// Makes the changes that led to `ours` in `theirs`. Keys that were not changed here stay as they are there. Runs the program's
    /// functions: not to be called under the session's lock.
    ///
    /// # Errors
    /// When a function fails on the value that is there.
    pub(super) fn replay(&mut self, ours: &Map, theirs: &mut Map) -> Result<(), ConvertError> {
        if self.cleared {
            theirs.clear();
        }
        self.log.iter_mut().try_for_each(|change| change.replay(ours, theirs))
    }

    /// Sets what this request set, and computes what it computed, in data that are not the session that it found.
    ///
    /// # Errors
    /// As [`replay`](Self::replay).
    pub(super) fn replay_outright(&mut self, ours: &Map, theirs: &mut Map) -> Result<(), ConvertError> {
        for change in &mut self.log {
            if let Change::Set(set) = change {
                set.base = theirs.get_text(&set.key).cloned();
            }
        }
        let mut log = mem::take(&mut self.log);
        let replayed = log.iter_mut().try_for_each(|change| change.replay(ours, theirs));
        self.log = log;
        replayed
    }
}
