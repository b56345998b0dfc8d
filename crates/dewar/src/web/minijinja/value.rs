//! What a session holds, in minijinja's terms.

use minijinja::Value as Shown;
use minijinja::value::Tuple;

use super::dict::Nested;
use crate::value::{BigInt, Opaque, Plain, Text, Value, uuid_text};

/// A datetime becomes its ISO text, a UUID its usual one, half of a surrogate pair U+FFFD, an integer beyond 128 bits its digits.
pub(super) fn of(value: &Value) -> Shown {
    match value {
        Value::Null => ().into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::BigInt(number) => of_big_int(number),
        Value::Float(number) => (*number).into(),
        Value::Str(text) => of_text(text),
        Value::Bytes(bytes) => Shown::from_bytes(bytes.clone()),
        Value::List(items) => of_all(items).into(),
        Value::Tuple(items) => Tuple::from(of_all(items)).into(),
        Value::Map(map) => nested(map.iter().map(|(key, item)| (of_text(key), of(item)))),
        Value::Pairs(pairs) => nested(pairs.iter().map(|(key, item)| (of(key), of(item)))),
        Value::DateTime(date) => date.to_iso().into(),
        Value::Uuid(uuid) => uuid_text(uuid).into(),
        Value::Markup(html) => Shown::from_safe_string(html.to_string()),
        Value::Opaque(opaque) => of_opaque(opaque),
    }
}

/// As the closest value; nothing for one that has none.
fn of_opaque(opaque: &Opaque) -> Shown {
    match opaque.plain() {
        Some(Plain::Items(items)) => of_all(items).into(),
        Some(Plain::Entries(entries)) => nested(entries.iter().map(|(key, item)| (of(key), of(item)))),
        Some(Plain::Same(value)) => of(value),
        Some(Plain::Bytes(bytes)) => Shown::from_bytes(bytes.to_vec()),
        Some(Plain::Text(text)) => text.into(),
        Some(Plain::DateTime(date)) => date.to_iso().into(),
        Some(Plain::Uuid(uuid)) => uuid_text(uuid).into(),
        None => ().into(),
    }
}

pub(super) fn of_text(text: &Text) -> Shown {
    text.to_str_lossy().into()
}

fn of_all(items: &[Value]) -> Vec<Shown> {
    items.iter().map(of).collect()
}

fn nested(items: impl Iterator<Item = (Shown, Shown)>) -> Shown {
    Shown::from_object(Nested(items.collect()))
}

fn of_big_int(number: &BigInt) -> Shown {
    let digits = number.as_str();
    digits.parse::<i128>().map_or_else(|_| digits.into(), Shown::from)
}
