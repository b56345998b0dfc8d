//! What a request changed in its session: recorded so that it can be made again to what is stored *now*.

use std::fmt;
use std::mem;

use super::replay::{Change, EditFn, SetKey, UpdateFn, UpdatedKey};
use crate::value::{Map, Text, Value};

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
    /// All data were cleared; what follows was changed after that.
    pub(crate) cleared: bool,
    /// What was done to the data. Of one key there is one change between two edits of several keys.
    pub(super) log: Vec<Change>,
    /// The program asked for a write, with or without a change.
    pub(crate) marked: bool,
    /// A new id was asked for.
    pub(crate) new_id: Option<NewId>,
    /// The permanence that is stored beside the data was changed.
    pub(crate) permanence: bool,
    /// The owner was set or removed; what it was before.
    owner: Option<Option<Text>>,
    device: bool,
    timeouts: bool,
    /// The session begins now, as far as its absolute limit is concerned.
    pub(crate) restart: bool,
    /// How many changes were recorded.
    count: u32,
    /// Functions that are not to run any more. They are dropped when the lock is released, as their destructors are the program's.
    discarded: Vec<Discarded>,
}

/// A function of the program that is not to run any more.
#[derive(Clone)]
pub(super) enum Discarded {
    Update(#[expect(dead_code, reason = "only to be dropped")] UpdateFn),
    Edit(#[expect(dead_code, reason = "only to be dropped")] EditFn),
}

impl Changes {
    /// The key has a new value or none, whatever it was before: it was `displaced`.
    pub(crate) fn key_set(&mut self, key: Text, displaced: Option<Value>) {
        self.count += 1;
        match self.latest_of(&key) {
            Some(Change::Set(_)) => {}
            Some(change) => {
                let base = change.take_base();
                let set = Change::Set(SetKey { key, base, ours: None });
                let updated = mem::replace(change, set);
                self.discard_change(updated);
            }
            None => {
                self.keep_earlier(&key, displaced.as_ref());
                self.log.push(Change::Set(SetKey { key, base: displaced, ours: None }));
            }
        }
    }

    /// The key's new value was computed from the `displaced` one.
    pub(crate) fn key_updated(&mut self, key: Text, displaced: Option<Value>, function: UpdateFn) {
        self.count += 1;
        match self.latest_of(&key) {
            Some(Change::Updated(updated)) => updated.functions.push(function),
            // Computed from a value that this request set itself: no other value counts.
            Some(_) => self.discarded.push(Discarded::Update(function)),
            None => {
                self.keep_earlier(&key, displaced.as_ref());
                let functions = vec![function];
                self.log.push(Change::Updated(UpdatedKey { key, base: displaced, functions }));
            }
        }
    }

    /// Several values were computed from what was there; these were displaced.
    #[allow(dead_code, reason = "for typed sessions")]
    pub(crate) fn edited(&mut self, displaced: Vec<(Text, Option<Value>)>, function: EditFn) {
        self.count += 1;
        for (key, value) in &displaced {
            self.keep_earlier(key, value.as_ref());
        }
        self.log.push(Change::Edited(function));
    }

    /// The change of a key since several values were edited.
    fn latest_of(&mut self, key: &Text) -> Option<&mut Change> {
        let since_edit = self.log.iter_mut().rev().take_while(|change| change.key().is_some());
        since_edit.into_iter().find(|change| change.key() == Some(key))
    }

    /// An earlier change set this key, and the value that it set is displaced now.
    fn keep_earlier(&mut self, key: &Text, displaced: Option<&Value>) {
        for change in &mut self.log {
            if let Change::Set(set) = change
                && set.key == *key
                && set.ours.is_none()
            {
                set.ours = Some(displaced.cloned());
            }
        }
    }

    /// All data were cleared.
    pub(crate) fn clear(&mut self, owner: Option<Text>) {
        self.owner_set(owner);
        self.cleared = true;
        self.timeouts = true;
        self.forget_log();
    }

    fn forget_log(&mut self) {
        for change in mem::take(&mut self.log) {
            self.discard_change(change);
        }
    }

    fn discard_change(&mut self, change: Change) {
        match change {
            Change::Set(_) => {}
            Change::Updated(updated) => {
                self.discarded.extend(updated.functions.into_iter().map(Discarded::Update));
            }
            Change::Edited(function) => self.discarded.push(Discarded::Edit(function)),
        }
    }

    /// These changes are stored: they need not be applied again.
    pub(super) fn discard(&mut self, mut stored: Self) {
        stored.forget_log();
        self.discarded.append(&mut stored.discarded);
    }

    pub(super) fn has_discarded(&self) -> bool {
        !self.discarded.is_empty()
    }

    pub(super) fn take_discarded(&mut self) -> Vec<Discarded> {
        mem::take(&mut self.discarded)
    }

    /// The owner was set or removed; it was `displaced`.
    pub(crate) fn owner_set(&mut self, displaced: Option<Text>) {
        self.count += 1;
        self.owner.get_or_insert(displaced);
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
        self.owner.is_some()
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
            && !self.has_owner()
            && !self.device
            && !self.timeouts
            && !self.restart
            && self.log.is_empty()
    }

    /// How many changes were recorded.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Whether a value was computed from the one before it, so that writing twice differs from writing once.
    pub(crate) fn has_updates(&self) -> bool {
        self.log.iter().any(|change| !matches!(change, Change::Set(_)))
    }

    /// These changes and then the later ones, as one record.
    pub(crate) fn then(mut self, mut later: Self) -> Self {
        if self.is_empty() {
            later.discarded.append(&mut self.discarded);
            return later;
        }
        if later.cleared {
            self.forget_log();
        }
        let count = self.count + later.count;
        mem::take(&mut later.log).into_iter().for_each(|change| self.changed_later(change));
        self.discarded.append(&mut later.discarded);
        self.cleared |= later.cleared;
        self.marked |= later.marked;
        self.new_id = self.new_id.max(later.new_id);
        self.permanence |= later.permanence;
        self.owner = self.owner.or(later.owner);
        self.device |= later.device;
        self.timeouts |= later.timeouts;
        self.restart |= later.restart;
        Self { count, ..self }
    }

    fn changed_later(&mut self, change: Change) {
        match change {
            Change::Set(SetKey { key, base, ours }) => {
                self.key_set(key.clone(), base);
                if let Some(Change::Set(set)) = self.latest_of(&key) {
                    set.ours = ours;
                }
            }
            Change::Updated(UpdatedKey { key, base, functions }) => {
                let mut base = Some(base);
                for function in functions {
                    self.key_updated(key.clone(), base.take().flatten(), function);
                }
            }
            Change::Edited(function) => self.log.push(Change::Edited(function)),
        }
    }
}

/// Sets a key, or removes it; returns what it was.
pub(super) fn put(data: &mut Map, key: &Text, value: Option<Value>) -> Option<Value> {
    match value {
        Some(value) => data.insert(key.clone(), value),
        None => data.remove_text(key),
    }
}

/// Keys may be personal: only their number is shown.
impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changes({} changes of data, cleared: {})", self.log.len(), self.cleared)
    }
}
