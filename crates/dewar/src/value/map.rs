//! A map in insertion order, like a Python dict.

mod fields;
mod iter;
mod mixed;

use std::fmt;
use std::mem;

use indexmap::IndexMap;

use self::iter::Either;
pub use self::iter::IntoIter;
pub(crate) use self::mixed::Dict;
use self::mixed::Mixed;
use super::{Text, Value};

/// A map from text keys to values, in insertion order. Setting an existing key keeps its position; removing a key keeps the order of the
/// rest.
///
/// Equality ignores the order, as in Python.
///
/// The session of a Python program may also have keys that are not text (`session[7] = …`). They cannot be accessed here, but they are
/// counted and written back in their positions; [`Map::clear`] removes them.
#[derive(Clone)]
pub struct Map(Entries);

#[derive(Clone)]
enum Entries {
    /// A linear search, which is faster than hashing for a few entries.
    Few(Vec<(Text, Value)>),
    /// Hashed, with a random key per process.
    Many(Box<IndexMap<Text, Value>>),
    /// With some keys that are not text.
    Mixed(Box<Mixed>),
    /// Like `Few` and `Many`, for a struct: see [`Map::is_struct`]. A boxed slice, because two `Vec`s would make every value larger.
    FewFields(Box<[(Text, Value)]>),
    ManyFields(Box<IndexMap<Text, Value>>),
}

const FEW: usize = 16;

impl Map {
    /// Creates an empty map. Does not allocate.
    #[must_use]
    pub const fn new() -> Self {
        Self(Entries::Few(Vec::new()))
    }

    /// An empty map with capacity for `entries`, limited to a few.
    pub(crate) fn with_room(entries: usize) -> Self {
        Self(Entries::Few(Vec::with_capacity(entries.min(FEW))))
    }

    /// A map of these entries, with keys of any kind.
    pub(crate) fn from_pairs(pairs: Vec<(Value, Value)>) -> Self {
        Self(Entries::Mixed(Box::new(Mixed::new(pairs))))
    }

    /// All entries if there are keys that are not text.
    pub(crate) fn pairs(&self) -> Option<&[(Value, Value)]> {
        match &self.0 {
            Entries::Mixed(entries) => Some(entries.pairs()),
            _ => None,
        }
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.0 {
            Entries::Few(entries) => find(entries, |known| known == key),
            Entries::FewFields(entries) => find(entries, |known| known == key),
            Entries::Many(entries) | Entries::ManyFields(entries) => entries.get(key),
            Entries::Mixed(entries) => entries.get(|known| known == key),
        }
    }

    /// Returns the value of a key that may contain lone surrogates.
    #[must_use]
    pub fn get_text(&self, key: &Text) -> Option<&Value> {
        match &self.0 {
            Entries::Few(entries) => find(entries, |known| known == key),
            Entries::FewFields(entries) => find(entries, |known| known == key),
            Entries::Many(entries) | Entries::ManyFields(entries) => entries.get(key),
            Entries::Mixed(entries) => entries.get(|known| known == key),
        }
    }

    /// Returns a mutable reference to the value of a key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        match &mut self.0 {
            Entries::Few(entries) => find_mut(entries, |known| known == key),
            Entries::FewFields(entries) => find_mut(entries, |known| known == key),
            Entries::Many(entries) | Entries::ManyFields(entries) => entries.get_mut(key),
            Entries::Mixed(entries) => entries.get_mut(|known| known == key),
        }
    }

    /// A mutable reference to the value of a key that may contain lone surrogates.
    pub(crate) fn get_text_mut(&mut self, key: &Text) -> Option<&mut Value> {
        match &mut self.0 {
            Entries::Few(entries) => find_mut(entries, |known| known == key),
            Entries::FewFields(entries) => find_mut(entries, |known| known == key),
            Entries::Many(entries) | Entries::ManyFields(entries) => entries.get_mut(key),
            Entries::Mixed(entries) => entries.get_mut(|known| known == key),
        }
    }

    /// Returns `true` if the map has this key.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Returns `true` if the map has this key, which may contain lone surrogates.
    #[must_use]
    pub fn contains_text(&self, key: &Text) -> bool {
        self.get_text(key).is_some()
    }

    /// Sets a key and returns its previous value.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        match &mut self.0 {
            Entries::Few(entries) => {
                if let Some(old) = find_mut(entries, |known| *known == key) {
                    return Some(mem::replace(old, value));
                }
                entries.push((key, value));
                if entries.len() > FEW {
                    self.0 = Entries::Many(Box::new(entries.drain(..).collect()));
                }
            }
            Entries::Many(entries) => return entries.insert(key, value),
            Entries::Mixed(entries) => return entries.insert(key, value),
            Entries::FewFields(_) | Entries::ManyFields(_) => {
                return self.change_fields(|map| map.insert(key, value));
            }
        }
        None
    }

    /// Removes a key and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        match &mut self.0 {
            Entries::Few(entries) => take(entries, |known| known == key),
            Entries::Many(entries) | Entries::ManyFields(entries) => entries.shift_remove(key),
            Entries::Mixed(entries) => entries.remove(|known| known == key),
            Entries::FewFields(_) => self.change_fields(|map| map.remove(key)),
        }
    }

    /// Removes a key that may contain lone surrogates and returns its value.
    pub fn remove_text(&mut self, key: &Text) -> Option<Value> {
        match &mut self.0 {
            Entries::Few(entries) => take(entries, |known| known == key),
            Entries::Many(entries) | Entries::ManyFields(entries) => entries.shift_remove(key),
            Entries::Mixed(entries) => entries.remove(|known| known == key),
            Entries::FewFields(_) => self.change_fields(|map| map.remove_text(key)),
        }
    }

    /// Removes all keys.
    pub fn clear(&mut self) {
        *self = if self.is_struct() { Self::new().into_struct() } else { Self::new() };
    }

    /// Returns the number of keys of any kind.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Entries::Few(entries) => entries.len(),
            Entries::FewFields(entries) => entries.len(),
            Entries::Many(entries) | Entries::ManyFields(entries) => entries.len(),
            Entries::Mixed(entries) => entries.pairs().len(),
        }
    }

    /// Returns `true` if there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the text keys and their values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Value)> + ExactSizeIterator {
        match &self.0 {
            Entries::Few(entries) => Either::Few(few(entries)),
            Entries::FewFields(entries) => Either::Few(few(entries)),
            Entries::Many(entries) | Entries::ManyFields(entries) => Either::Many(entries.iter()),
            Entries::Mixed(entries) => Either::Mixed(entries.texts().into_iter()),
        }
    }

    /// The entries whose keys are not text.
    fn others(&self) -> impl Iterator<Item = &(Value, Value)> {
        self.pairs().unwrap_or_default().iter().filter(|(key, _)| !matches!(key, Value::Str(_)))
    }

    /// Returns the text keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }
}

fn few(entries: &[(Text, Value)]) -> impl DoubleEndedIterator<Item = (&Text, &Value)> + ExactSizeIterator {
    entries.iter().map(|(key, value)| (key, value))
}

fn find(entries: &[(Text, Value)], is_wanted: impl Fn(&Text) -> bool) -> Option<&Value> {
    entries.iter().find(|(known, _)| is_wanted(known)).map(|(_, value)| value)
}

fn find_mut(entries: &mut [(Text, Value)], is_wanted: impl Fn(&Text) -> bool) -> Option<&mut Value> {
    entries.iter_mut().find(|(known, _)| is_wanted(known)).map(|(_, value)| value)
}

fn take(entries: &mut Vec<(Text, Value)>, is_wanted: impl Fn(&Text) -> bool) -> Option<Value> {
    let at = entries.iter().position(|(key, _)| is_wanted(key))?;
    Some(entries.remove(at).1)
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().all(|(key, value)| other.get_text(key) == Some(value))
            && self.others().eq(other.others())
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = Self::with_room(entries.size_hint().0);
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<K: Into<Text>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).entries(self.others().map(|(key, value)| (key, value))).finish()
    }
}

#[cfg(test)]
mod tests;
