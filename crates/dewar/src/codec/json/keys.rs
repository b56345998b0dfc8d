//! Writes and sorts keys that are not text, as Python's `json` does.

use std::cmp::Ordering;

use super::float::write_python_float;
use super::writer::{Dialect, Writer};
use crate::codec::EncodeError;
use crate::value::{BigInt, Text, Value};

/// Writes a dict with keys of any type. Keys are first sorted, then converted to text.
pub(super) fn write_pairs<D: Dialect>(
    writer: &mut Writer<D>,
    pairs: &[(Value, Value)],
) -> Result<(), EncodeError> {
    let mut entries: Vec<(&Value, &Value)> = pairs.iter().map(|(key, value)| (key, value)).collect();
    if writer.sorts_keys() && entries.len() > 1 {
        sort(&mut entries)?;
    }
    writer.object(entries.into_iter(), write_key)
}

fn write_key<D: Dialect>(writer: &mut Writer<D>, key: &Value) -> Result<(), EncodeError> {
    match key {
        Value::Str(text) | Value::Markup(text) => return writer.quoted(text),
        Value::Null => writer.quoted_plain("null"),
        Value::Bool(true) => writer.quoted_plain("true"),
        Value::Bool(false) => writer.quoted_plain("false"),
        Value::Int(value) => writer.quoted_plain(&value.to_string()),
        Value::BigInt(value) => writer.quoted_plain(value.as_str()),
        Value::Float(value) => {
            writer.out.push(b'"');
            write_python_float(*value, &mut writer.out);
            writer.out.push(b'"');
        }
        _ => return Err(EncodeError::UnsupportedKey { kind: key.kind() }),
    }
    Ok(())
}

/// Sorts texts by code point, and numbers and bools by value. Python cannot compare other keys.
fn sort(entries: &mut [(&Value, &Value)]) -> Result<(), EncodeError> {
    let text = |key: &Value| matches!(key, Value::Str(_) | Value::Markup(_));
    if entries.iter().all(|(key, _)| text(key)) {
        entries.sort_by(|(left, _), (right, _)| key_text(left).cmp(&key_text(right)));
    } else if entries.iter().all(|(key, _)| Number::from_key(key).is_some()) {
        entries.sort_by(|(left, _), (right, _)| match (Number::from_key(left), Number::from_key(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => Ordering::Equal,
        });
    } else {
        return Err(EncodeError::MixedKeys);
    }
    Ok(())
}

fn key_text(key: &Value) -> Option<&Text> {
    match key {
        Value::Str(text) | Value::Markup(text) => Some(text),
        _ => None,
    }
}

/// A number as the nearest double, and its exact value, which orders numbers with the same nearest double.
struct Number<'a> {
    nearest: f64,
    exact: Exact<'a>,
}

/// Numbers of different types with the same nearest double are ordered by type, so that the order is total.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Exact<'a> {
    Float,
    Int(i64),
    Big(&'a BigInt),
}

impl<'a> Number<'a> {
    fn from_key(key: &'a Value) -> Option<Self> {
        Some(match key {
            Value::Bool(value) => Self::from_int((*value).into()),
            Value::Int(value) => Self::from_int(*value),
            Value::BigInt(value) => Self { nearest: value.as_str().parse().ok()?, exact: Exact::Big(value) },
            Value::Float(value) => Self { nearest: *value, exact: Exact::Float },
            _ => return None,
        })
    }

    fn from_int(value: i64) -> Self {
        Self { nearest: value as f64, exact: Exact::Int(value) }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        self.nearest.total_cmp(&other.nearest).then_with(|| self.exact.cmp(&other.exact))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: Vec<Value>) -> Result<Vec<Value>, EncodeError> {
        let mut entries: Vec<_> = keys.iter().map(|key| (key, &Value::Null)).collect();
        sort(&mut entries)?;
        Ok(entries.into_iter().map(|(key, _)| key.clone()).collect())
    }

    #[test]
    fn numbers_sort_as_numbers() {
        let big = |digits: &str| Value::BigInt(digits.parse().unwrap());
        let order = vec![
            big("-9223372036854775809"),
            Value::Int(i64::MIN),
            Value::Int(-1),
            Value::Bool(false),
            Value::Float(0.5),
            Value::Bool(true),
            Value::Int(2),
            Value::Int(i64::MAX - 1),
            Value::Int(i64::MAX),
            big("9223372036854775808"),
            big("9223372036854775809"),
            Value::Float(f64::INFINITY),
        ];
        let mut shuffled = order.clone();
        shuffled.reverse();
        shuffled.swap(2, 7);
        // The smallest big integer and i64::MIN are the same double; there the kind decides.
        let mut sorted = sorted(shuffled).unwrap();
        sorted.swap(0, 1);
        assert_eq!(sorted, order);
    }

    #[test]
    fn kinds_that_python_does_not_compare() {
        for keys in
            [vec![1.into(), "a".into()], vec![Value::Null, Value::Null], vec![Value::Bytes(vec![]), 1.into()]]
        {
            assert_eq!(sorted(keys), Err(EncodeError::MixedKeys));
        }
    }
}
