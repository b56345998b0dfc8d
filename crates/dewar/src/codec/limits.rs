//! The limits of codecs.

use super::{DecodeError, EncodeError};

/// The limits of a codec for reading and writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest number of bytes.
    pub bytes: usize,
    /// How deep lists and maps may be nested. The outermost level is 1, and the limit is at most [`Limits::MAX_DEPTH`].
    pub depth: usize,
    /// The largest number of values in all. In MessagePack keys count, too; in pickle also the parts from which an object is built.
    pub items: usize,
}

impl Limits {
    /// The largest depth of any codec, so that no input can exhaust the stack.
    pub const MAX_DEPTH: usize = 256;

    /// The limits for a session in a cookie: 256 KiB, 128 levels, 8,192 values. Even a highly compressed cookie then takes less than 2 MiB of memory.
    #[must_use]
    pub const fn cookie() -> Self {
        Self { bytes: 256 << 10, depth: 128, items: 8192 }
    }
}

impl Default for Limits {
    /// 1 MiB, 128 levels, 100,000 values. (Flask itself writes and reads about 300 levels, which no session needs.)
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

/// What is left of the limits during reading or writing.
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

    /// Counts one more value.
    pub(super) fn item(&mut self) -> Result<(), Reached> {
        self.items = self.items.checked_sub(1).ok_or(Reached::Items(self.limits.items))?;
        Ok(())
    }

    /// Whether `count` more values may follow.
    pub(super) fn has_items(&self, count: usize) -> Result<(), Reached> {
        if count <= self.items { Ok(()) } else { Err(Reached::Items(self.limits.items)) }
    }

    /// Enters one more level.
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
