//! A dict of which it is not known yet what its keys are.

use super::{Map, Value};

/// A dict while it is being read: a [`Map`] until a key comes that is not text, pairs from then on.
#[derive(Debug)]
pub(crate) enum Dict {
    Map(Map),
    Pairs(Vec<(Value, Value)>),
}

impl Dict {
    pub(crate) fn new() -> Self {
        Self::Map(Map::new())
    }

    /// A text key that is there already keeps its place and gets the new value, as long as all keys are text.
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
