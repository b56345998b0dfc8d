//! Dicts with keys that are not text. They are rare, so their entries are searched one by one.

use crate::value::{Map, Text, Value};

/// Keys of any kind and their values, in order.
#[derive(Clone)]
pub(super) struct Mixed(Vec<(Value, Value)>);

impl Mixed {
    /// A text key that occurs twice keeps its first position and its last value.
    pub(super) fn new(pairs: Vec<(Value, Value)>) -> Self {
        let mut texts = std::collections::HashMap::new();
        let mut entries: Vec<(Value, Value)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let Value::Str(text) = &key else {
                entries.push((key, value));
                continue;
            };
            let at = *texts.entry(text.clone()).or_insert(entries.len());
            match entries.get_mut(at) {
                Some((_, present)) => *present = value,
                None => entries.push((key, value)),
            }
        }
        Self(entries)
    }

    pub(super) fn pairs(&self) -> &[(Value, Value)] {
        &self.0
    }

    pub(super) fn get(&self, is_wanted: impl Fn(&Text) -> bool) -> Option<&Value> {
        self.0.iter().find(|(key, _)| is_text(key, &is_wanted)).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, is_wanted: impl Fn(&Text) -> bool) -> Option<&mut Value> {
        self.0.iter_mut().find(|(key, _)| is_text(key, &is_wanted)).map(|(_, value)| value)
    }

    pub(super) fn insert(&mut self, key: Text, value: Value) -> Option<Value> {
        if let Some(present) = self.get_mut(|known| *known == key) {
            return Some(std::mem::replace(present, value));
        }
        self.0.push((Value::Str(key), value));
        None
    }

    pub(super) fn remove(&mut self, is_wanted: impl Fn(&Text) -> bool) -> Option<Value> {
        let at = self.0.iter().position(|(key, _)| is_text(key, &is_wanted))?;
        Some(self.0.remove(at).1)
    }

    pub(super) fn texts(&self) -> Vec<(&Text, &Value)> {
        self.0.iter().filter_map(|(key, value)| text(key).map(|key| (key, value))).collect()
    }

    pub(super) fn into_texts(self) -> Vec<(Text, Value)> {
        let texts = self.0.into_iter().filter_map(|(key, value)| match key {
            Value::Str(key) => Some((key, value)),
            _ => None,
        });
        texts.collect()
    }
}

fn is_text(key: &Value, is_wanted: impl Fn(&Text) -> bool) -> bool {
    text(key).is_some_and(is_wanted)
}

fn text(key: &Value) -> Option<&Text> {
    match key {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

/// A dict while it is being read: a [`Map`] as long as all keys are text, pairs from then on.
#[derive(Debug)]
pub(crate) enum Dict {
    Map(Map),
    Pairs(Vec<(Value, Value)>),
}

impl Dict {
    pub(crate) fn new() -> Self {
        Self::Map(Map::new())
    }

    /// Sets a key. As long as all keys are text, an existing key keeps its position and gets the new value.
    pub(crate) fn insert(&mut self, key: Value, value: Value) {
        match (self, key) {
            (Self::Map(map), Value::Str(key)) => {
                map.insert(key, value);
            }
            (Self::Pairs(pairs), key) => pairs.push((key, value)),
            (this @ Self::Map(_), key) => {
                let mut pairs = std::mem::replace(this, Self::new()).into_pairs();
                pairs.push((key, value));
                *this = Self::Pairs(pairs);
            }
        }
    }

    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Map(map) => Value::Map(map),
            Self::Pairs(pairs) => Value::Pairs(pairs),
        }
    }

    fn into_pairs(self) -> Vec<(Value, Value)> {
        match self {
            Self::Map(map) => map.into_iter().map(|(key, value)| (Value::Str(key), value)).collect(),
            Self::Pairs(pairs) => pairs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_until_a_key_is_not_text() {
        let mut dict = Dict::new();
        dict.insert("b".into(), 1.into());
        dict.insert("b".into(), 2.into());
        assert!(matches!(&dict, Dict::Map(map) if map.len() == 1));
        dict.insert(7.into(), 3.into());
        dict.insert("a".into(), 4.into());
        let pairs = vec![("b".into(), 2.into()), (7.into(), 3.into()), ("a".into(), 4.into())];
        assert_eq!(dict.into_value(), Value::Pairs(pairs));
    }
}
