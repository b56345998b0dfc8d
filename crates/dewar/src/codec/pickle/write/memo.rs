//! The objects that exist only once in Python: a pickle writes each of them once, and then refers to it by number.

use std::collections::BTreeMap;

use crate::value::{Class, Text};

/// An object that exists only once in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Singleton {
    /// The empty text, or a text of one character up to U+00FF.
    Text(Option<u8>),
    /// The empty bytes, or one byte.
    Bytes(Option<u8>),
    /// The name of a module.
    Module(&'static str),
    Class(Class),
    /// The function `getattr`.
    GetAttr,
    /// The zone `timezone.utc`.
    Utc,
    /// The name of a field of a UUID.
    Field(&'static str),
}

impl Singleton {
    pub(super) fn from_text(text: &Text) -> Option<Self> {
        let mut chars = text.as_str()?.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Some(Self::Text(None)),
            (Some(char), None) => u8::try_from(char).ok().map(|byte| Self::Text(Some(byte))),
            _ => None,
        }
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [] => Some(Self::Bytes(None)),
            [byte] => Some(Self::Bytes(Some(byte))),
            _ => None,
        }
    }
}

/// The numbers of the objects that have been written.
#[derive(Default)]
pub(super) struct Memo {
    numbers: BTreeMap<Singleton, u32>,
    count: u32,
}

impl Memo {
    /// Gives the next number to an object.
    pub(super) fn add(&mut self) {
        self.count += 1;
    }

    /// Records that the last number belongs to this object.
    pub(super) fn note(&mut self, singleton: Singleton) {
        self.numbers.insert(singleton, self.count.saturating_sub(1));
    }

    pub(super) fn number(&self, singleton: Singleton) -> Option<u32> {
        self.numbers.get(&singleton).copied()
    }
}
