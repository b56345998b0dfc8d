//! What Flask's formats ask of an opaque value.

use super::{Class, Object, Opaque, Plain};

impl Opaque {
    /// Whether Python takes it as a key.
    pub(crate) fn is_hashable(&self) -> bool {
        match &*self.0 {
            Object::ByteArray(_) | Object::Set(_) | Object::Extension { .. } => false,
            Object::Instance(made) => !made.class.is_container(),
            _ => true,
        }
    }

    /// The closest value, if msgspec writes it: it does not write a `deque`.
    pub(crate) fn plain_for_msgspec(&self) -> Option<Plain<'_>> {
        let is_deque = matches!(self.object(), Object::Instance(made) if made.class == Class::Deque);
        self.plain().filter(|_| !is_deque)
    }
}

impl Class {
    /// Whether its instances hold any other objects. Python does not take them as keys.
    pub(crate) fn is_container(self) -> bool {
        matches!(self, Self::Counter | Self::DefaultDict | Self::Deque | Self::OrderedDict)
    }

    /// How deep instances of the other classes are nested in its own.
    pub(crate) fn levels(self) -> u8 {
        match self {
            Self::DateTime | Self::Time => 2,
            Self::TimeZone => 1,
            _ => 0,
        }
    }
}
