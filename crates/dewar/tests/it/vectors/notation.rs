//! The vector files' notation for Python values, to [`Value`].

use dewar::value::{Map, Text, Value};
use serde_json::Value as Json;

/// The value a notation stands for; `None` where it is a Python object that no session gives back (a set, a `Decimal`, …).
pub(crate) fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Int(number.as_i64()?),
        Json::String(text) => Value::Str(text.as_str().into()),
        Json::Array(items) => Value::List(values(items)?),
        Json::Object(fields) => {
            let (name, inner) = fields.iter().next()?;
            special(name, inner, fields.len())?
        }
    })
}

fn special(name: &str, inner: &Json, fields: usize) -> Option<Value> {
    if fields != 1 {
        return None;
    }
    Some(match name {
        "$int" => {
            let digits = inner.as_str()?;
            digits
                .parse()
                .map_or_else(|_| digits.parse().map(Value::BigInt).ok(), |int| Some(Value::Int(int)))?
        }
        "$float" => Value::Float(inner.as_str()?.parse().ok()?),
        "$bytes" => Value::Bytes(hex(inner.as_str()?)?),
        "$tuple" => Value::Tuple(values(inner.as_array()?)?),
        "$dict" | "$ordereddict" => dict(inner.as_array()?)?,
        "$utf16be" => Value::Str(text_of_utf16be(inner.as_str()?)?),
        "$uuid" => Value::Uuid(hex(&inner.as_str()?.replace('-', ""))?.try_into().ok()?),
        "$datetime" => Value::DateTime(dewar::value::DateTime::from_iso(inner.as_str()?)?),
        "$markup" => Value::Markup(inner.as_str()?.into()),
        _ => return None,
    })
}

fn values(items: &[Json]) -> Option<Vec<Value>> {
    items.iter().map(value).collect()
}

fn dict(pairs: &[Json]) -> Option<Value> {
    let pairs: Vec<(Value, Value)> =
        pairs.iter().map(|pair| Some((value(pair.get(0)?)?, value(pair.get(1)?)?))).collect::<Option<_>>()?;
    let keyed_by_text = pairs.iter().all(|(key, _)| matches!(key, Value::Str(_)));
    Some(if keyed_by_text {
        Value::Map(pairs.into_iter().filter_map(text_entry).collect())
    } else {
        Value::Pairs(pairs)
    })
}

fn text_entry((key, value): (Value, Value)) -> Option<(Text, Value)> {
    match key {
        Value::Str(key) => Some((key, value)),
        _ => None,
    }
}

/// The map a notation stands for.
pub(crate) fn map(json: &Json) -> Option<Map> {
    match value(json)? {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

/// Bytes of their hex digits.
pub(crate) fn hex(digits: &str) -> Option<Vec<u8>> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

fn text_of_utf16be(digits: &str) -> Option<Text> {
    let bytes = hex(digits)?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    Some(Text::from_utf16(&units))
}
