//! The few classes and functions that a pickle may name. Nothing of Python is imported: each is known here.

use super::node::{Id, Nodes};
use crate::value::Class;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A class of data.
    Class(Class),
    /// `_codecs.encode`, with which Python 3 writes bytes up to protocol 2.
    Encode,
    /// `getattr`, which finds `ZoneInfo._unpickle` and nothing else.
    GetAttr,
    /// The base of a class that is reconstructed.
    Object,
    /// `copyreg._reconstructor`, of protocols 0 and 1.
    Reconstructor,
    /// `ZoneInfo._unpickle`.
    ZoneInfo,
}

impl Named {
    /// What a name of Python 3 or 2 stands for.
    pub(super) fn of(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("_codecs", "encode") => Self::Encode,
            ("builtins" | "__builtin__", "getattr") => Self::GetAttr,
            ("builtins" | "__builtin__", "object") => Self::Object,
            ("copyreg" | "copy_reg", "_reconstructor") => Self::Reconstructor,
            _ => Self::Class(Class::named(module, name)?),
        })
    }
}

impl Nodes {
    /// What the module and name on the stack stand for.
    pub(super) fn named(&self, module: Id, name: Id) -> Option<Named> {
        Named::of(self.text(module)?.as_str()?, self.text(name)?.as_str()?)
    }
}
