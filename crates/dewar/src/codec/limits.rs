//! How much a codec takes on.

use super::{DecodeError, EncodeError};
use crate::value::{Map, Value};

/// How much a codec reads or writes before it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes.
    pub bytes: usize,
    /// How deep lists and maps may stand in each other, the outermost being one. At most [`Limits::MAX_DEPTH`] counts.
    pub depth: usize,
    /// How many values altogether; in MessagePack keys count too, in pickle also the parts of which an object is rebuilt.
    pub items: usize,
}

impl Limits {
    /// No codec goes deeper, so that no input can exhaust the stack.
    pub const MAX_DEPTH: usize = 256;

    /// Those of a session in a cookie: 256 KiB, 128 levels, 8,192 values. However well it was compressed, no cookie then takes
    /// 2 MiB of memory.
    #[must_use]
    pub const fn cookie() -> Self {
        Self { bytes: 256 << 10, depth: 128, items: 8192 }
    }
}

impl Default for Limits {
    /// 1 MiB, 128 levels, 100,000 values. Flask itself writes and reads some 300 levels; a session has no use for them.
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 128, items: 100_000 }
    }
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    Bytes(usize),
    Depth(usize),
    Items(usize),
}

/// What is left of the limits.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    depth: usize,
    items: usize,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, depth: limits.depth.min(Limits::MAX_DEPTH), items: limits.items }
    }

    pub(super) fn bytes(&self, count: usize) -> Result<(), Reached> {
        if count <= self.limits.bytes { Ok(()) } else { Err(Reached::Bytes(self.limits.bytes)) }
    }

    /// One more value.
    pub(super) fn item(&mut self) -> Result<(), Reached> {
        self.items = self.items.checked_sub(1).ok_or(Reached::Items(self.limits.items))?;
        Ok(())
    }

    /// Whether so many more values may come.
    pub(super) fn has_items(&self, count: usize) -> Result<(), Reached> {
        if count <= self.items { Ok(()) } else { Err(Reached::Items(self.limits.items)) }
    }

    /// One level down.
    pub(super) fn enter(&mut self) -> Result<(), Reached> {
        self.depth =
            self.depth.checked_sub(1).ok_or(Reached::Depth(self.limits.depth.min(Limits::MAX_DEPTH)))?;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth += 1;
    }
}

macro_rules! errors {
    ($($error:ident),*) => {$(
        impl From<Reached> for $error {
            fn from(reached: Reached) -> Self {
                match reached {
                    Reached::Bytes(limit) => Self::TooLarge { limit },
                    Reached::Depth(limit) => Self::TooDeep { limit },
                    Reached::Items(limit) => Self::TooManyItems { limit },
                }
            }
        }
    )*};
}

errors! { DecodeError, EncodeError }

/// A session is a map, whatever else a format can hold.
pub(super) fn session(value: Value) -> Result<Map, DecodeError> {
    match value {
        Value::Map(map) => Ok(map),
        // Python also takes keys that are no text.
        Value::Pairs(pairs) => Ok(Map::from_pairs(pairs)),
        _ => Err(DecodeError::NotAMap),
    }
}
