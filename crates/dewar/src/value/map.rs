//! A map that keeps the order in which keys came, as a Python dict does.

use std::fmt;

use indexmap::IndexMap;

use super::{Text, Value};

/// Text keys to values, in insertion order. Setting a present key keeps its place; removing one keeps the order of the rest.
#[derive(Clone, Default, PartialEq)]
pub struct Map {
    entries: IndexMap<Text, Value>,
}

impl Map {
    /// An empty map. Does not allocate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(key)
    }

    /// The value of a key that may hold lone surrogates.
    #[must_use]
    pub fn get_text(&self, key: &Text) -> Option<&Value> {
        self.entries.get(key)
    }

    /// The value of a key, to be changed in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.entries.get_mut(key)
    }

    /// Whether the key is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether a key is there that may hold lone surrogates.
    #[must_use]
    pub fn contains_text(&self, key: &Text) -> bool {
        self.entries.contains_key(key)
    }

    /// Sets a key and gives back what it held before.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Value>) -> Option<Value> {
        self.entries.insert(key.into(), value.into())
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.entries.shift_remove(key)
    }

    /// Takes a key out that may hold lone surrogates.
    pub fn remove_text(&mut self, key: &Text) -> Option<Value> {
        self.entries.shift_remove(key)
    }

    /// Takes all keys out.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Value)> + ExactSizeIterator {
        self.entries.iter()
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + ExactSizeIterator {
        self.entries.keys()
    }
}

impl IntoIterator for Map {
    type Item = (Text, Value);
    type IntoIter = indexmap::map::IntoIter<Text, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect() }
    }
}

impl<K: Into<Text>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_that_of_first_insertion() {
        let mut map = Map::from([("b", 1), ("a", 2), ("c", 3)]);
        map.insert("b", 9);
        map.remove("a");
        let entries: Vec<_> = map.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
        assert_eq!(entries, [("b".into(), Value::Int(9)), ("c".into(), Value::Int(3))]);
    }
}
