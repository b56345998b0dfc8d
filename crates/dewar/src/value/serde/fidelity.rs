//! Whether a type can still be read from its value after a format has changed it.

use crate::value::{Map, Text, Value};

impl Value {
    /// Whether every format preserves the value: null, booleans, 64-bit integers, finite floats, text; sequences and maps of these.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) => true,
            Self::Float(number) => number.is_finite(),
            Self::Str(text) => text.as_str().is_some(),
            Self::List(items) | Self::Tuple(items) => items.iter().all(Self::is_plain),
            Self::Map(map) => map.pairs().is_none() && map.iter().all(|(_, value)| value.is_plain()),
            _ => false,
        }
    }

    /// Whether a type that was converted to this value can also be read from the other one: from a list instead of a tuple, text instead of
    /// `Markup`, or text instead of a number as a key.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(ours), Self::Float(theirs)) if ours.is_nan() => theirs.is_nan(),
            (Self::List(ours) | Self::Tuple(ours), Self::List(theirs) | Self::Tuple(theirs)) => {
                ours.len() == theirs.len()
                    && ours.iter().zip(theirs).all(|(ours, theirs)| ours.reads_as(theirs))
            }
            (Self::Map(ours), Self::Map(theirs)) => same_entries(ours, theirs),
            (Self::Pairs(ours), Self::Pairs(theirs)) => {
                let reads = |(ours, theirs): (&(Self, Self), &(Self, Self))| {
                    ours.0.reads_as(&theirs.0) && ours.1.reads_as(&theirs.1)
                };
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(reads)
            }
            (Self::Pairs(ours), Self::Map(theirs)) => spelled_entries(ours, theirs),
            (Self::Markup(ours), Self::Str(theirs)) => ours == theirs,
            (Self::Uuid(ours), Self::Str(theirs)) => *theirs == *Self::uuid_text(ours),
            (Self::DateTime(ours), Self::Str(theirs)) => {
                theirs.as_str().and_then(crate::value::DateTime::from_iso) == Some(*ours)
            }
            _ => self.is_identical(other),
        }
    }
}

/// A format may sort the keys.
fn same_entries(ours: &Map, theirs: &Map) -> bool {
    let reads =
        |(key, ours): (&Text, &Value)| theirs.get_text(key).is_some_and(|theirs| ours.reads_as(theirs));
    ours.len() == theirs.len() && ours.iter().all(reads)
}

fn spelled_entries(ours: &[(Value, Value)], theirs: &Map) -> bool {
    let reads = |(key, ours): &(Value, Value)| {
        spelled(key).and_then(|key| theirs.get_text(&key)).is_some_and(|theirs| ours.reads_as(theirs))
    };
    ours.len() == theirs.len() && ours.iter().all(reads)
}

/// The text that [`from_value`](super::from_value) converts to this key.
fn spelled(key: &Value) -> Option<Text> {
    match key {
        Value::Str(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string().into()),
        Value::BigInt(number) => Some(number.as_str().into()),
        Value::Bool(flag) => Some(flag.to_string().into()),
        _ => None,
    }
}

/// The value with text keys converted to numbers and booleans where possible. serde buffers the content of an internally tagged or untagged
/// enum, and of a flattened field, before it asks for numbers.
pub(super) fn with_numbers_as_keys(value: &Value) -> Value {
    let all = |items: &[Value]| items.iter().map(with_numbers_as_keys).collect();
    match value {
        Value::List(items) => Value::List(all(items)),
        Value::Tuple(items) => Value::Tuple(all(items)),
        Value::Map(map) if map.keys().any(|key| number_of(key).is_some()) => {
            let key_of = |key: &Text| number_of(key).unwrap_or_else(|| Value::Str(key.clone()));
            Value::Pairs(map.iter().map(|(key, value)| (key_of(key), with_numbers_as_keys(value))).collect())
        }
        Value::Map(map) => {
            Value::Map(map.iter().map(|(key, value)| (key.clone(), with_numbers_as_keys(value))).collect())
        }
        other => other.clone(),
    }
}

fn number_of(key: &Text) -> Option<Value> {
    let text = key.as_str()?;
    if let Ok(flag) = text.parse() {
        return Some(Value::Bool(flag));
    }
    let number = text.parse::<i128>().ok().filter(|number| number.to_string() == text)?;
    i64::try_from(number).map(Value::Int).ok().or_else(|| text.parse().ok().map(Value::BigInt))
}
