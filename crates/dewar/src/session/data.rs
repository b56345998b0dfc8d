//! The data of a session: changed while the lock is held, read by program code without it.

use std::mem;
use std::ops::Deref;
use std::sync::Arc;

use crate::value::{Map, Value};

/// The keys and values. Program code reads a snapshot, so that no lock is held while it runs. A change that arrives while a snapshot is in
/// use is made to a copy, which becomes the data.
#[derive(Debug)]
pub(super) enum Data {
    /// Not yet read by program code. Most requests read single plain values, which need no `Arc`.
    Own(Map),
    Shared(Arc<Map>),
}

/// The value of a key, to be read without the lock.
pub(super) enum Found {
    /// A copy, if the value is cheap to copy.
    Copied(Value),
    /// The data that contains the value.
    In(Arc<Map>),
}

impl Data {
    /// The data as it is now.
    pub(super) fn snapshot(&mut self) -> Arc<Map> {
        let map = match mem::take(self) {
            Self::Own(map) => Arc::new(map),
            Self::Shared(map) => map,
        };
        *self = Self::Shared(Arc::clone(&map));
        map
    }

    /// The value of a key.
    pub(super) fn find(&mut self, key: &str) -> Option<Found> {
        match self.get(key)? {
            Value::Bytes(_) | Value::List(_) | Value::Tuple(_) | Value::Map(_) | Value::Pairs(_) => {
                Some(Found::In(self.snapshot()))
            }
            value => Some(Found::Copied(value.clone())),
        }
    }

    pub(super) fn to_mut(&mut self) -> &mut Map {
        match self {
            Self::Own(map) => map,
            Self::Shared(map) => Arc::make_mut(map),
        }
    }

    pub(super) fn into_map(self) -> Map {
        match self {
            Self::Own(map) => map,
            Self::Shared(map) => Arc::unwrap_or_clone(map),
        }
    }
}

impl Deref for Data {
    type Target = Map;

    fn deref(&self) -> &Map {
        match self {
            Self::Own(map) => map,
            Self::Shared(map) => map,
        }
    }
}

impl Default for Data {
    fn default() -> Self {
        Self::Own(Map::new())
    }
}

impl From<Map> for Data {
    fn from(map: Map) -> Self {
        Self::Own(map)
    }
}
