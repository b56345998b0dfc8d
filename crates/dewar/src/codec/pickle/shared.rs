//! What Python never has twice, so that a pickle writes it once and then speaks of its number.

use std::collections::BTreeMap;

use crate::value::{Class, Text};

/// An object of which there is only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shared {
    /// The empty text, or one of one letter up to U+00FF.
    Text(Option<u8>),
    /// No byte, or one.
    Bytes(Option<u8>),
    /// The name of a module.
    Module(&'static str),
    Class(Class),
    /// The function that finds others.
    GetAttr,
    /// The zone.
    Utc,
    /// The name of what a UUID consists of.
    Field(&'static str),
}

impl Shared {
    pub(super) fn text(text: &Text) -> Option<Self> {
        let mut chars = text.as_str()?.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Some(Self::Text(None)),
            (Some(char), None) => u8::try_from(char).ok().map(|byte| Self::Text(Some(byte))),
            _ => None,
        }
    }

    pub(super) fn bytes(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [] => Some(Self::Bytes(None)),
            [byte] => Some(Self::Bytes(Some(byte))),
            _ => None,
        }
    }
}

/// The numbers that were given.
#[derive(Default)]
pub(super) struct Numbers {
    shared: BTreeMap<Shared, u32>,
    given: u32,
}

impl Numbers {
    /// Gives the next number to an object that nobody speaks of again.
    pub(super) fn give(&mut self) {
        self.given += 1;
    }

    /// Remembers that the last number is that of this object.
    pub(super) fn keep(&mut self, shared: Shared) {
        self.shared.insert(shared, self.given.saturating_sub(1));
    }

    pub(super) fn of(&self, shared: Shared) -> Option<u32> {
        self.shared.get(&shared).copied()
    }
}
