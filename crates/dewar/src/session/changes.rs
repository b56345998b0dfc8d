//! What was done to a session: recorded key by key, so that it can be applied to what is stored *now*.

use std::fmt;
use std::sync::Arc;

use crate::value::{ConvertError, Map, Text, Value};

/// A change that must be computed from the key's present value, again if somebody else was faster. Gives the new one; `None` removes it.
pub(crate) type UpdateFn = Arc<dyn Fn(Option<&Value>) -> Result<Option<Value>, ConvertError> + Send + Sync>;

/// What a request wants a new id for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NewId {
    /// To renew the id of a session that goes on.
    Rotate,
    /// To begin a session, such as at a login.
    Begin,
}

/// The record of a request's changes. Nobody flags a session as modified: it is, if there is something in here.
#[derive(Default)]
pub(crate) struct Changes {
    /// All that was there before was forgotten; the keys below came after.
    pub(crate) cleared: bool,
    /// Keys that were set, removed or updated, in the order of the first change of each.
    keys: Vec<ChangedKey>,
    /// The program asked for a write although it changed nothing we can see.
    pub(crate) marked: bool,
    /// A new id was asked for.
    pub(crate) new_id: Option<NewId>,
    /// The permanence that is kept apart from the data was changed.
    pub(crate) permanence: bool,
    owner: bool,
    device: bool,
    /// How many changes were recorded.
    count: u32,
}

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
            Some(changed) => changed.updates.clear(),
            None => self.keys.push(ChangedKey { key, updates: Vec::new() }),
        }
    }

    /// The key's new value was computed from its old one.
    pub(crate) fn key_updated(&mut self, key: Text, update: UpdateFn) {
        self.count += 1;
        match self.keys.iter_mut().find(|changed| changed.key == key) {
            // Computed from a value that this request set itself: no other value counts.
            Some(changed) if changed.updates.is_empty() => {}
            Some(changed) => changed.updates.push(update),
            None => self.keys.push(ChangedKey { key, updates: vec![update] }),
        }
    }

    /// Everything before was forgotten.
    pub(crate) fn clear(&mut self) {
        self.count += 1;
        self.cleared = true;
        self.owner = true;
        self.keys.clear();
    }

    pub(crate) fn owner_set(&mut self) {
        self.count += 1;
        self.owner = true;
    }

    pub(crate) fn device_set(&mut self) {
        self.count += 1;
        self.device = true;
    }

    pub(crate) fn permanence_set(&mut self) {
        self.count += 1;
        self.permanence = true;
    }

    /// Whether it was said whose session it is.
    pub(crate) fn has_owner(&self) -> bool {
        self.owner
    }

    pub(crate) fn has_device(&self) -> bool {
        self.device
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.new_id.is_none() && self.is_empty_but_for_an_id()
    }

    /// Whether all that was asked for is to renew the id.
    pub(crate) fn is_rotation(&self) -> bool {
        self.new_id == Some(NewId::Rotate) && self.is_empty_but_for_an_id()
    }

    pub(crate) fn is_empty_but_for_an_id(&self) -> bool {
        !self.cleared
            && !self.marked
            && !self.permanence
            && !self.owner
            && !self.device
            && self.keys.is_empty()
    }

    /// How many changes were recorded.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Whether a value depends on the one before it: doing it twice is not doing it once.
    pub(crate) fn has_updates(&self) -> bool {
        self.keys.iter().any(|changed| !changed.updates.is_empty())
    }

    /// These changes and then those, as one record.
    pub(crate) fn then(mut self, later: Self) -> Self {
        if self.is_empty() {
            return later;
        }
        if later.cleared {
            self.keys.clear();
        }
        let count = self.count + later.count;
        for ChangedKey { key, updates } in later.keys {
            if updates.is_empty() {
                self.key_set(key);
            } else {
                updates.into_iter().for_each(|update| self.key_updated(key.clone(), update));
            }
        }
        Self {
            cleared: self.cleared || later.cleared,
            keys: self.keys,
            marked: self.marked || later.marked,
            new_id: self.new_id.max(later.new_id),
            permanence: self.permanence || later.permanence,
            owner: self.owner || later.owner,
            device: self.device || later.device,
            count,
        }
    }

    /// Does to `theirs` what was done to `ours`. Keys that were not changed here stay as they are there.
    ///
    /// # Errors
    /// When an update function cannot work on what is there.
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

/// A key has this value now, or is gone.
pub(super) fn put(data: &mut Map, key: &Text, value: Option<Value>) {
    match value {
        Some(value) => _ = data.insert(key.clone(), value),
        None => _ = data.remove_text(key),
    }
}

/// Keys are the program's own and may be personal: only their number is shown.
impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changes({} keys, cleared: {})", self.keys.len(), self.cleared)
    }
}
