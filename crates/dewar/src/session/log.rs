//! The changes that a request made to the data, in order: enough to apply them again to what another request stored, and to merge both.
//!
//! Each change keeps the values that it replaced. So the result of a change is known without a copy: it is what the next change of that key
//! replaced, or what is in the data now.

use std::mem;
use std::sync::Arc;

use crate::value::{ConvertError, Map, Text, Value};

/// Computes a key's new value from its current one; `None` removes the key. Runs again after a concurrent write.
pub(crate) type UpdateFn = Arc<dyn Fn(Option<&Value>) -> Result<Option<Value>, ConvertError> + Send + Sync>;

/// Computes several values. Runs again after a concurrent write, like [`UpdateFn`].
pub(crate) type EditFn = Arc<dyn Fn(&mut Map) -> Result<(), ConvertError> + Send + Sync>;

/// The changes. Between two edits there is at most one change per key.
#[derive(Clone, Default)]
pub(super) struct Log(Vec<Change>);

/// One change of the data.
#[derive(Clone)]
pub(super) enum Change {
    /// A key was set or removed, regardless of its value: merged with the stored value.
    Set { key: Text, displaced: Option<Value> },
    /// The value of a key was computed from the previous one: the functions run again.
    Updated { key: Text, displaced: Option<Value>, functions: Vec<UpdateFn> },
    /// Several values were computed: the function runs again.
    Edited { displaced: Displaced, function: EditFn },
}

/// Keys with their previous values; `None` if the key did not exist.
pub(super) type Displaced = Vec<(Text, Option<Value>)>;

/// A function of the program that will not run again.
#[derive(Clone)]
pub(super) enum Discarded {
    Update(#[expect(dead_code, reason = "only to be dropped")] UpdateFn),
    Edit(#[expect(dead_code, reason = "only to be dropped")] EditFn),
}

impl Log {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a value was computed from the previous one, so that writing twice differs from writing once.
    pub(super) fn has_functions(&self) -> bool {
        self.0.iter().any(|change| !matches!(change, Change::Set { .. }))
    }

    /// Whether this request set the key regardless of its value, or removed it.
    pub(super) fn has_set(&self, key: &str) -> bool {
        let is_of_key = |change: &&Change| change.key().is_some_and(|changed| changed.as_str() == Some(key));
        self.0.iter().rev().find(is_of_key).is_some_and(|change| matches!(change, Change::Set { .. }))
    }

    /// Records that a key was set or removed, regardless of its value. Functions that computed it are discarded.
    pub(super) fn set(&mut self, key: Text, displaced: Option<Value>, discarded: &mut Vec<Discarded>) {
        match self.latest_of(&key) {
            Some(Change::Set { .. }) => {}
            Some(change) => {
                let displaced = change.take_displaced();
                mem::replace(change, Change::Set { key, displaced }).discard(discarded);
            }
            None => self.0.push(Change::Set { key, displaced }),
        }
    }

    /// Records that a key's value was computed from the previous one.
    pub(super) fn updated(
        &mut self,
        key: Text,
        displaced: Option<Value>,
        function: UpdateFn,
        discarded: &mut Vec<Discarded>,
    ) {
        match self.latest_of(&key) {
            Some(Change::Updated { functions, .. }) => functions.push(function),
            // Computed from a value that this request set itself: the same as setting the new value.
            Some(_) => discarded.push(Discarded::Update(function)),
            None => self.0.push(Change::Updated { key, displaced, functions: vec![function] }),
        }
    }

    /// Records that several values were computed.
    pub(super) fn edited(&mut self, displaced: Displaced, function: EditFn) {
        self.0.push(Change::Edited { displaced, function });
    }

    /// The change of this single key since the last edit of several values, if there is one.
    fn latest_of(&mut self, key: &Text) -> Option<&mut Change> {
        let since_edit = self.0.iter_mut().rev().take_while(|change| change.key().is_some());
        since_edit.into_iter().find(|change| change.key() == Some(key))
    }

    /// Appends changes that were made after these.
    pub(super) fn append(&mut self, later: Self, discarded: &mut Vec<Discarded>) {
        for change in later.0 {
            match change {
                Change::Set { key, displaced } => self.set(key, displaced, discarded),
                Change::Updated { key, displaced, functions } => {
                    let mut displaced = Some(displaced);
                    for function in functions {
                        self.updated(key.clone(), displaced.take().flatten(), function, discarded);
                    }
                }
                Change::Edited { displaced, function } => self.edited(displaced, function),
            }
        }
    }

    /// Removes all changes, and passes on the functions to be dropped.
    pub(super) fn clear(&mut self, discarded: &mut Vec<Discarded>) {
        mem::take(&mut self.0).into_iter().for_each(|change| change.discard(discarded));
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [Change] {
        &mut self.0
    }
}

impl Change {
    /// The key that it changes, if it is only one.
    fn key(&self) -> Option<&Text> {
        match self {
            Self::Set { key, .. } | Self::Updated { key, .. } => Some(key),
            Self::Edited { .. } => None,
        }
    }

    /// The previous value of a key; `None` if this change does not affect that key.
    pub(super) fn displaced(&self, key: &Text) -> Option<Option<&Value>> {
        match self {
            Self::Set { key: changed, displaced } | Self::Updated { key: changed, displaced, .. } => {
                (changed == key).then_some(displaced.as_ref())
            }
            Self::Edited { displaced, .. } => {
                displaced.iter().find(|(changed, _)| changed == key).map(|(_, value)| value.as_ref())
            }
        }
    }

    fn take_displaced(&mut self) -> Option<Value> {
        match self {
            Self::Set { displaced, .. } | Self::Updated { displaced, .. } => displaced.take(),
            Self::Edited { .. } => None,
        }
    }

    fn discard(self, discarded: &mut Vec<Discarded>) {
        match self {
            Self::Set { .. } => {}
            Self::Updated { functions, .. } => {
                discarded.extend(functions.into_iter().map(Discarded::Update));
            }
            Self::Edited { function, .. } => discarded.push(Discarded::Edit(function)),
        }
    }
}
