//! The changes of a request, recorded so that they can be applied again to what is stored *now*.

use std::fmt;
use std::mem;

use super::log::{Discarded, Displaced, EditFn, Log, UpdateFn};
use crate::value::{Text, Value};

/// Why a request needs a new id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NewId {
    /// To replace the id of a session that continues.
    Rotate,
    /// To begin a session, as a login does.
    Begin,
}

/// The record of a request's changes. There is no modified flag: a session is modified if this record is not empty.
#[derive(Clone, Default)]
pub(crate) struct Changes {
    /// All data was cleared; the other changes came after that.
    pub(crate) cleared: bool,
    /// The changes to the data, where they may have to be applied again.
    pub(super) log: Log,
    /// The data was changed, where that is all that a save needs to know.
    data: bool,
    /// The program asked for a write, with or without a change.
    pub(crate) marked: bool,
    /// A new id was requested.
    pub(crate) new_id: Option<NewId>,
    /// The permanence, stored separately from the data, was changed.
    pub(crate) permanence: bool,
    /// Set if the owner was set or removed: the previous owner.
    owner: Option<Option<Text>>,
    device: bool,
    timeouts: bool,
    /// The absolute limit was restarted.
    pub(crate) restart: bool,
    /// How many changes were recorded.
    count: u32,
    /// Functions that will not run again. They are dropped when the lock is released, because their destructors are program code.
    discarded: Vec<Discarded>,
}

impl Changes {
    /// Records that a key was set or removed, regardless of its previous value, which is `displaced`.
    pub(crate) fn key_set(&mut self, key: Text, displaced: Option<Value>) {
        self.count += 1;
        self.log.set(key, displaced, &mut self.discarded);
    }

    /// Records that the data of a session that is never merged was changed.
    pub(crate) fn data_set(&mut self) {
        self.count += 1;
        self.data = true;
    }

    /// Records that the key's new value was computed from the `displaced` one.
    pub(crate) fn key_updated(&mut self, key: Text, displaced: Option<Value>, function: UpdateFn) {
        self.count += 1;
        self.log.updated(key, displaced, function, &mut self.discarded);
    }

    /// Records that several values were computed from the previous ones, which are `displaced`.
    pub(super) fn edited(&mut self, displaced: Displaced, function: EditFn) {
        self.count += 1;
        self.log.edited(displaced, function);
    }

    /// Records that all data was cleared.
    pub(crate) fn clear(&mut self, owner: Option<Text>) {
        self.owner_set(owner);
        self.cleared = true;
        self.timeouts = true;
        self.forget_log();
    }

    fn forget_log(&mut self) {
        self.log.clear(&mut self.discarded);
    }

    /// Notes that these changes are stored and need not be applied again.
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

    /// Records that the owner was set or removed. The previous one is `displaced`.
    pub(crate) fn owner_set(&mut self, displaced: Option<Text>) {
        self.count += 1;
        self.owner.get_or_insert(displaced);
    }

    /// The previous owner, if this request set or removed the owner.
    pub(super) fn displaced_owner(&self) -> Option<&Option<Text>> {
        self.owner.as_ref()
    }

    /// Notes that the changes were applied to a session with this owner.
    pub(super) fn applied_to_session_of(&mut self, owner: Option<&Text>) {
        if self.has_owner() {
            self.owner = Some(owner.cloned());
        }
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

    /// Whether a rotated id is the only thing that was requested.
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
            && !self.data
            && self.log.is_empty()
    }

    /// How many changes were recorded.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Whether a value was computed from the previous one, so that writing twice differs from writing once.
    pub(crate) fn has_updates(&self) -> bool {
        self.log.has_functions()
    }

    /// Joins these changes and the later ones into one record.
    pub(crate) fn then(mut self, mut later: Self) -> Self {
        if self.is_empty() {
            later.discarded.append(&mut self.discarded);
            return later;
        }
        if later.cleared {
            self.forget_log();
        }
        let count = self.count + later.count;
        self.log.append(mem::take(&mut later.log), &mut self.discarded);
        self.discarded.append(&mut later.discarded);
        self.data |= later.data;
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
}

/// Keys may be personal data: only their number is shown.
impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changes({} changes of data, cleared: {})", self.log.len(), self.cleared)
    }
}
