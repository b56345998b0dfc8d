//! A session's data and its changes: a plain value that does not depend on a store, cookie, format, clock or framework.

use std::mem;
use std::sync::Arc;

use super::changes::Changes;
use super::data::Data;
use super::flash::Flash;
use super::layout::{Layout, StoredSession};
use super::log::{Discarded, Displaced, EditFn, UpdateFn};
use super::lost_changes::LostChanges;
use super::origin::Origin;
use super::owner::Device;
use super::reads::Reads;
use super::saving::{AsyncLock, Saved};
use super::unsent::Unsent;
use super::values::RoundTrip;
use crate::lifetime::{Lifetimes, Timeouts};
use crate::value::{Map, Text, Value};

#[derive(Debug)]
pub(crate) struct State {
    pub(super) data: Data,
    pub(super) layout: Layout,
    /// Whether the session is permanent, where the data does not contain that.
    pub(super) permanent: bool,
    pub(super) owner: Option<Text>,
    pub(super) device: Device,
    /// The session's own lifetime, if it has one.
    pub(super) timeouts: Option<Timeouts>,
    /// The lifetime of all sessions, and the limits of a session's own.
    pub(super) lifetimes: Lifetimes,
    pub(crate) origin: Origin,
    /// The unsaved changes; during a save, those made since it began to write.
    pub(crate) changes: Changes,
    /// The changes that the save in progress is writing.
    pub(super) saving: Changes,
    /// The keys that were read by name, where that matters for a merge.
    pub(super) reads: Reads,
    pub(super) saved: Saved,
    pub(super) save_lock: AsyncLock,
    pub(super) lost: LostChanges,
    pub(super) unsent: Unsent,
    /// Whether its changes may have to be applied to what another request stores. Functions of updates are recorded only in that case,
    /// because they may have captured the session itself.
    pub(crate) can_be_merged: bool,
    /// Checks values that not every format can represent; `None` for a format that can represent all.
    pub(crate) round_trip: Option<Arc<dyn RoundTrip>>,
    pub(crate) accessed: bool,
    pub(crate) destroyed: bool,
    /// The flash messages that this request has taken. Later calls return the same ones.
    pub(super) taken_flashes: Option<Vec<Flash>>,
}

impl State {
    /// Creates the state. If the layout puts the permanence into the data, it is only there: always if it is pinned, otherwise once the
    /// session was written.
    #[inline]
    pub(crate) fn new(present: StoredSession, layout: Layout, lifetimes: Lifetimes, origin: Origin) -> Self {
        let StoredSession { data, is_permanent, owner, device, timeouts, .. } = present;
        let is_written = origin.times.is_some();
        let is_in_data = layout.pinned_key().is_some() || (layout.permanent_key().is_some() && is_written);
        Self {
            data: data.into(),
            layout,
            permanent: is_permanent && !is_in_data,
            owner,
            device,
            timeouts: lifetimes.cut(timeouts),
            lifetimes,
            origin,
            changes: Changes::default(),
            saving: Changes::default(),
            reads: Reads::default(),
            saved: Saved::default(),
            save_lock: AsyncLock::default(),
            lost: LostChanges::default(),
            unsent: Unsent::default(),
            can_be_merged: true,
            round_trip: None,
            accessed: false,
            destroyed: false,
            taken_flashes: None,
        }
    }

    /// Takes the session out of the state, and the permanence and the owner out of the data. Returns `None` for a new session.
    pub(crate) fn take_stored(&mut self) -> Option<StoredSession> {
        let (is_permanent, owner) = (self.is_permanent(), self.owner());
        let (times, timeouts) = (self.origin.times?, self.timeouts);
        let (data, device) = (mem::take(&mut self.data), mem::take(&mut self.device));
        let mut data = data.into_map();
        if let Layout::InData { permanent_key, owner_key, .. } = self.layout {
            data.remove(permanent_key);
            if owner.is_some() {
                data.remove(owner_key);
            }
        }
        Some(StoredSession { data, is_permanent, times, timeouts, owner, device, is_presented: false })
    }

    pub(crate) fn data(&self) -> &Map {
        &self.data
    }

    pub(super) fn has_discarded(&self) -> bool {
        self.changes.has_discarded() || self.saving.has_discarded()
    }

    /// Functions of the program that will not run again, to be dropped without the lock.
    pub(super) fn take_discarded(&mut self) -> Vec<Discarded> {
        let mut discarded = self.changes.take_discarded();
        discarded.append(&mut self.saving.take_discarded());
        discarded
    }

    /// Whether there is nothing to store.
    pub(crate) fn is_blank(&self) -> bool {
        match self.layout.pinned_key() {
            Some(pinned) => self.data.keys().all(|key| key.as_str() == Some(pinned)),
            None => self.data.is_empty() && self.owner.is_none(),
        }
    }

    pub(super) fn insert(&mut self, key: Text, value: Value) {
        if self.is_change_lost() {
            return;
        }
        let displaced = self.data.to_mut().insert(key.clone(), value);
        self.key_set(key, displaced);
    }

    /// Removing a key that does not exist changes nothing (Flask: `session.pop("missing", None)` does not modify).
    pub(super) fn remove(&mut self, key: &str) -> Option<Value> {
        if !self.data.contains(key) {
            return None;
        }
        let removed = self.data.to_mut().remove(key);
        let displaced = if self.can_be_merged { removed.clone() } else { None };
        self.key_set(key.into(), displaced);
        removed
    }

    /// [`remove`](Self::remove) without returning the value.
    pub(super) fn forget(&mut self, key: &str) {
        if self.data.contains(key) {
            let displaced = self.data.to_mut().remove(key);
            self.key_set(key.into(), displaced);
        }
    }

    /// Records that a key was set or removed. The previous value is kept only where a merge may need it.
    fn key_set(&mut self, key: Text, displaced: Option<Value>) {
        if self.can_be_merged {
            self.changes.key_set(key, displaced);
        } else {
            self.changes.data_set();
        }
    }

    /// Sets a value that was computed from the given current one. Returns `false` if the value has changed since; `update` computes it
    /// again in that case.
    pub(super) fn update(
        &mut self,
        key: &Text,
        present: Option<&Value>,
        new: Option<Value>,
        update: impl FnOnce() -> Option<UpdateFn>,
    ) -> bool {
        if self.is_change_lost() {
            return true;
        }
        if !are_identical(self.data.get_text(key), present) {
            return false;
        }
        let displaced = put(self.data.to_mut(), key, new);
        match self.can_be_merged.then(update).flatten() {
            Some(function) => self.changes.key_updated(key.clone(), displaced, function),
            None => self.key_set(key.clone(), displaced),
        }
        true
    }

    /// Takes over the changes that were made in a copy: each key whose value differs. Changes made elsewhere in the meantime are kept.
    pub(super) fn edited(&mut self, before: Arc<Map>, mut after: Map) {
        if after.is_identical(&before) || self.is_change_lost() {
            return;
        }
        if self.data.is_identical(&before) {
            let displaced = self.replace(before, after);
            displaced.into_iter().for_each(|(key, displaced)| self.key_set(key, displaced));
            return;
        }
        for key in changed_keys(&before, &after) {
            let new = after.remove_text(&key);
            let displaced = put(self.data.to_mut(), &key, new);
            self.key_set(key, displaced);
        }
    }

    /// Takes over what was computed in a copy. Returns `false` if the data has changed since; the caller computes it again in that case.
    pub(super) fn computed(&mut self, before: Arc<Map>, after: Map, edit: impl FnOnce() -> EditFn) -> bool {
        if self.is_change_lost() {
            return true;
        }
        if !self.data.is_identical(&before) {
            return false;
        }
        let displaced = self.replace(before, after);
        if displaced.is_empty() {
            return true;
        }
        if self.can_be_merged {
            self.changes.edited(displaced, edit());
        } else {
            displaced.into_iter().for_each(|(key, _)| self.key_set(key, None));
        }
        true
    }

    /// Replaces the data, including the order of keys, and returns the previous values. `before` is a snapshot of the data: once it is
    /// dropped, the data is not shared any more and need not be copied.
    fn replace(&mut self, before: Arc<Map>, after: Map) -> Displaced {
        drop(before);
        let displaced = difference(mem::take(&mut self.data).into_map(), &after);
        self.data = after.into();
        displaced
    }
}

/// Sets or removes a key, and returns its previous value.
pub(super) fn put(data: &mut Map, key: &Text, value: Option<Value>) -> Option<Value> {
    match value {
        Some(value) => data.insert(key.clone(), value),
        None => data.remove_text(key),
    }
}

/// The values that were replaced or removed.
pub(super) fn difference(mut before: Map, after: &Map) -> Displaced {
    let changed = changed_keys(&before, after);
    let displace = |key: Text| {
        let value = before.remove_text(&key);
        (key, value)
    };
    changed.into_iter().map(displace).collect()
}

/// The keys that were removed or have a different value.
fn changed_keys(before: &Map, after: &Map) -> Vec<Text> {
    let is_changed = |key: &&Text| !are_identical(before.get_text(key), after.get_text(key));
    let removed = before.keys().filter(|key| !after.contains_text(key));
    removed.chain(after.keys().filter(is_changed)).cloned().collect()
}

fn are_identical(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.is_identical(right),
        (left, right) => left.is_none() && right.is_none(),
    }
}
