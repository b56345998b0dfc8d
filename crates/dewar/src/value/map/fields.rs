//! Maps that serde made from a struct: one value, which is merged as a whole.

use std::mem;

use super::{Entries, Map};
use crate::value::Value;

impl Map {
    /// Whether serde made this map from a struct, an enum variant or `#[serde(flatten)]`. Its fields belong together: fields set by two
    /// requests are never mixed.
    ///
    /// This is kept when the map is cloned or changed in place, and in Dewar's own formats. Nothing else differs: the map is equal and
    /// identical to any map with the same entries.
    pub(crate) fn is_struct(&self) -> bool {
        matches!(self.0, Entries::FewFields(_) | Entries::ManyFields(_))
    }

    /// Marks the map as a struct, if all keys are text.
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

    /// Adds or removes a field, which is rare for structs.
    pub(super) fn change_fields(&mut self, change: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        let mut map = mem::take(self).into_plain();
        let old = change(&mut map);
        *self = map.into_struct();
        old
    }
}

impl Value {
    /// Marks a map as a struct; returns any other value unchanged.
    pub(crate) fn into_struct(self) -> Self {
        match self {
            Self::Map(map) => Self::Map(map.into_struct()),
            other => other,
        }
    }
}
