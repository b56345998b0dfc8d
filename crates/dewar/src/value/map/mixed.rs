//! Entries among whose keys are some that are no text: rare, so they are looked through one by one.

use crate::value::{Text, Value};

/// Keys of any kind and their values, in order.
#[derive(Clone)]
pub(super) struct Mixed(Vec<(Value, Value)>);

impl Mixed {
    /// A text key that comes twice keeps its first place and its last value.
    pub(super) fn new(pairs: Vec<(Value, Value)>) -> Self {
        let mut texts = std::collections::HashMap::new();
        let mut kept: Vec<(Value, Value)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let Value::Str(text) = &key else {
                kept.push((key, value));
                continue;
            };
            let at = *texts.entry(text.clone()).or_insert(kept.len());
            match kept.get_mut(at) {
                Some((_, present)) => *present = value,
                None => kept.push((key, value)),
            }
        }
        Self(kept)
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
