//! What a request changed in its session: recorded key by key, so that it can be applied to what is stored *now*.

use std::fmt;
use std::mem;
use std::sync::Arc;

use crate::value::{ConvertError, Map, Text, Value};

/// Computes a key's new value from its present one; `None` removes the key. Runs again when another request has stored the session meanwhile.
pub(crate) type UpdateFn = Arc<dyn Fn(Option<&Value>) -> Result<Option<Value>, ConvertError> + Send + Sync>;

/// Why a request asks for a new id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NewId {
    /// To replace the id of a session that continues.
    Rotate,
    /// To begin a session, as a login does.
    Begin,
}

/// The record of a request's changes. Nothing flags a session as modified: it is, if there is something in here.
#[derive(Clone, Default)]
pub(crate) struct Changes {
    /// All data were cleared; the keys below were changed after that.
    pub(crate) cleared: bool,
    /// Keys that were set, removed or updated, in the order of the first change of each.
    keys: Vec<ChangedKey>,
    /// The program asked for a write, with or without a change.
    pub(crate) marked: bool,
    /// A new id was asked for.
    pub(crate) new_id: Option<NewId>,
    /// The permanence that is stored beside the data was changed.
    pub(crate) permanence: bool,
    owner: bool,
    device: bool,
    timeouts: bool,
    /// The session begins now, as far as its absolute limit is concerned.
    pub(crate) restart: bool,
    /// How many changes were recorded.
    count: u32,
    /// Functions that are not to run any more. They are dropped when the lock is released, as their destructors are the program's.
    discarded: Vec<UpdateFn>,
}

#[derive(Clone)]
struct ChangedKey {
    key: Text,
    /// The functions to run again on a conflict; empty if the key was set or removed outright.
    updates: Vec<UpdateFn>,
}

impl Changes {
    /// The key has a new value or none, whatever it was before.
    pub(crate) fn key_set(&mut self, key: Text) {
        self.count += 1;
        match self.keys.iter_mut().find(|changed| changed.key == key) {
            Some(changed) => self.discarded.append(&mut changed.updates),
            None => self.keys.push(ChangedKey { key, updates: Vec::new() }),
        }
    }

    /// The key's new value was computed from its old one.
    pub(crate) fn key_updated(&mut self, key: Text, update: &UpdateFn) {
        self.count += 1;
        match self.keys.iter_mut().find(|changed| changed.key == key) {
            // Computed from a value that this request set itself: no other value counts.
            Some(changed) if changed.updates.is_empty() => {}
            Some(changed) => changed.updates.push(Arc::clone(update)),
            None => self.keys.push(ChangedKey { key, updates: vec![Arc::clone(update)] }),
        }
    }

    /// All data were cleared.
    pub(crate) fn clear(&mut self) {
        self.count += 1;
        self.cleared = true;
        self.owner = true;
        self.timeouts = true;
        self.forget_keys();
    }

    fn forget_keys(&mut self) {
        let updates = self.keys.drain(..).flat_map(|changed| changed.updates);
        self.discarded.extend(updates);
    }

    /// These changes are stored: they need not be applied again.
    pub(super) fn discard(&mut self, mut stored: Self) {
        stored.forget_keys();
        self.discarded.append(&mut stored.discarded);
    }

    pub(super) fn has_discarded(&self) -> bool {
        !self.discarded.is_empty()
    }

    pub(super) fn take_discarded(&mut self) -> Vec<UpdateFn> {
        mem::take(&mut self.discarded)
    }

    pub(crate) fn owner_set(&mut self) {
        self.count += 1;
        self.owner = true;
    }

    pub(crate) fn device_set(&mut self) {
        self.count += 1;
        self.device = true;
    }

    pub(crate) fn timeouts_set(&mut self) {
        self.count += 1;
        self.timeouts = true;
    }

    pub(crate) fn permanence_set(&mut self) {
        self.count += 1;
        self.permanence = true;
    }

    /// Whether the owner was set or removed.
    pub(crate) fn has_owner(&self) -> bool {
        self.owner
    }

    pub(crate) fn has_device(&self) -> bool {
        self.device
    }

    pub(crate) fn has_timeouts(&self) -> bool {
        self.timeouts
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.new_id.is_none() && self.is_empty_but_for_an_id()
    }

    /// Whether a rotated id is all that was asked for.
    pub(crate) fn is_rotation(&self) -> bool {
        self.new_id == Some(NewId::Rotate) && self.is_empty_but_for_an_id()
    }

    fn is_empty_but_for_an_id(&self) -> bool {
        !self.cleared
            && !self.marked
            && !self.permanence
            && !self.owner
            && !self.device
            && !self.timeouts
            && !self.restart
            && self.keys.is_empty()
    }

    /// How many changes were recorded.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Whether a value was computed from the one before it, so that writing twice differs from writing once.
    pub(crate) fn has_updates(&self) -> bool {
        self.keys.iter().any(|changed| !changed.updates.is_empty())
    }

    /// These changes and then the later ones, as one record.
    pub(crate) fn then(mut self, mut later: Self) -> Self {
        if self.is_empty() {
            later.discarded.append(&mut self.discarded);
            return later;
        }
        if later.cleared {
            self.forget_keys();
        }
        let count = self.count + later.count;
        mem::take(&mut later.keys).into_iter().for_each(|key| self.key_changed(key));
        self.discarded.append(&mut later.discarded);
        self.cleared |= later.cleared;
        self.marked |= later.marked;
        self.new_id = self.new_id.max(later.new_id);
        self.permanence |= later.permanence;
        self.owner |= later.owner;
        self.device |= later.device;
        self.timeouts |= later.timeouts;
        self.restart |= later.restart;
        Self { count, ..self }
    }

    /// A key that was changed later.
    fn key_changed(&mut self, ChangedKey { key, updates }: ChangedKey) {
        if updates.is_empty() {
            return self.key_set(key);
        }
        updates.iter().for_each(|update| self.key_updated(key.clone(), update));
        self.discarded.extend(updates);
    }

    /// Makes the changes that led to `ours` in `theirs`. Keys that were not changed here stay as they are there. Runs the program's update
    /// functions: not to be called under the session's lock.
    ///
    /// # Errors
    /// When an update function fails on the value that is there.
    pub(crate) fn apply(&self, ours: &Map, theirs: &mut Map) -> Result<(), ConvertError> {
        if self.cleared {
            theirs.clear();
        }
        for ChangedKey { key, updates } in &self.keys {
            match (updates.is_empty(), ours.get_text(key)) {
                (false, _) => {
                    for update in updates {
                        let new = update(theirs.get_text(key))?;
                        put(theirs, key, new);
                    }
                }
                (true, value) => put(theirs, key, value.cloned()),
            }
        }
        Ok(())
    }
}

/// Sets a key, or removes it.
pub(super) fn put(data: &mut Map, key: &Text, value: Option<Value>) {
    match value {
        Some(value) => _ = data.insert(key.clone(), value),
        None => _ = data.remove_text(key),
    }
}

/// Keys may be personal: only their number is shown.
impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changes({} keys, cleared: {})", self.keys.len(), self.cleared)
    }
}
