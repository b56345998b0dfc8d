//! Which keys a request has read by name, and as which type. A value that was read and then overwritten may be a lost update.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::State;
use crate::value::{Map, Text, Value};

/// Checks whether a type of the program can be read from this value of a key, or a struct from the data that contains it.
pub(super) type CanRead = fn(&Text, &Value, &Map) -> bool;

/// The keys that were read. The first few, all that most requests read, need no allocation.
#[derive(Clone, Default)]
pub(super) struct Reads {
    first: [Option<Read>; 4],
    more: Vec<Read>,
}

#[derive(Clone, Copy)]
struct Read {
    /// A hash of the key.
    key: u64,
    can_read: CanRead,
}

impl Reads {
    /// Notes that a key was read.
    fn note(&mut self, key: &str, can_read: CanRead) {
        let read = Read { key: hash(key), can_read };
        // One function may have several addresses: then it is noted more than once, which is harmless.
        let is_same = |known: &Read| known.key == read.key && known.can_read as usize == can_read as usize;
        if self.iter().any(is_same) {
            return;
        }
        match self.first.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(read),
            None => self.more.push(read),
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Read> {
        self.first.iter().flatten().chain(&self.more)
    }

    fn of(&self, key: &Text) -> impl Iterator<Item = &Read> {
        let key = key.as_str().map(hash);
        self.iter().filter(move |read| Some(read.key) == key)
    }

    /// Whether the key was read by name.
    pub(super) fn contain(&self, key: &Text) -> bool {
        self.of(key).next().is_some()
    }

    /// Whether each type that can read the value that this request set can also read the merged value. Runs the program's code.
    pub(super) fn can_read(
        &self,
        key: &Text,
        ours: Option<&Value>,
        merged: Option<&Value>,
        data: &Map,
    ) -> bool {
        let (Some(ours), Some(merged)) = (ours, merged) else { return true };
        self.of(key).all(|read| (read.can_read)(key, merged, data) || !(read.can_read)(key, ours, data))
    }
}

impl State {
    /// Notes that a handler reads a key by name. Reading a value that this request set itself does not count: it reveals nothing about
    /// another request's change.
    pub(super) fn note_read(&mut self, key: &str, can_read: CanRead) {
        if self.can_be_merged && !self.changes.log.has_set(key) {
            self.reads.note(key, can_read);
        }
    }
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Keys may be personal data: only their number is shown.
impl std::fmt::Debug for Reads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reads({})", self.iter().count())
    }
}
