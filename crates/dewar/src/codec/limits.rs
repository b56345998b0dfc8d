//! How much a codec reads and writes.

use super::{DecodeError, EncodeError};

/// How much a codec reads or writes before it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes.
    pub bytes: usize,
    /// How deep lists and maps may be nested, the outermost being 1; at most [`Limits::MAX_DEPTH`].
    pub depth: usize,
    /// How many values in all; in MessagePack keys count too, in pickle also the parts from which an object
    /// is rebuilt.
    pub items: usize,
}

impl Limits {
    /// The deepest that any codec goes, so that no input can exhaust the stack.
    pub const MAX_DEPTH: usize = 256;

    /// For a session in a cookie: 256 KiB, 128 levels, 8,192 values. However well it is compressed, no cookie
    /// then takes 2 MiB of memory.
    #[must_use]
    pub const fn cookie() -> Self {
        Self { bytes: 256 << 10, depth: 128, items: 8192 }
    }
}

impl Default for Limits {
    /// 1 MiB, 128 levels, 100,000 values. Flask itself writes and reads some 300 levels; no session needs
    /// them.
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

    /// Whether `count` more values may follow.
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
