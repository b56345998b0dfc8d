//! Maps that serde made of a struct: one value, which a merge takes as a whole.

use std::mem;

use super::{Entries, Map};
use crate::value::Value;

impl Map {
    /// Whether serde made it of a struct, an enum's variant or with `#[serde(flatten)]`. Its fields belong
    /// together: those that two requests set are never mixed.
    ///
    /// It stays one when it is cloned or changed in place, and in Dewar's own formats. Nothing else differs:
    /// it is equal and identical to any map with its entries.
    pub(crate) fn is_struct(&self) -> bool {
        matches!(self.0, Entries::FewFields(_) | Entries::ManyFields(_))
    }

    /// The same as a struct, if all keys are text.
    pub(crate) fn into_struct(self) -> Self {
        Self(match self.0 {
            Entries::Few(entries) => Entries::FewFields(entries.into_boxed_slice()),
            Entries::Many(entries) => Entries::ManyFields(entries),
            other => other,
        })
    }

    fn into_plain(self) -> Self {
        Self(match self.0 {
            Entries::FewFields(entries) => Entries::Few(entries.into_vec()),
            Entries::ManyFields(entries) => Entries::Many(entries),
            other => other,
        })
    }

    /// Adds or removes a field: structs are seldom changed like that.
    pub(super) fn change_fields(&mut self, change: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        let mut map = mem::take(self).into_plain();
        let old = change(&mut map);
        *self = map.into_struct();
        old
    }
}

impl Value {
    /// A map as a struct; any other value as it is.
    pub(crate) fn into_struct(self) -> Self {
        match self {
            Self::Map(map) => Self::Map(map.into_struct()),
            other => other,
        }
    }
}
