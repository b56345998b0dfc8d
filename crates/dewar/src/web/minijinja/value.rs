//! Session values as minijinja values, and Python's dict as templates know it: ordered keys and the methods that only read.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, Tuple, from_args};
use minijinja::{Error, ErrorKind, State, Value};

use crate::value::{self as session, BigInt, Opaque, Plain, Text};

/// A datetime becomes ISO text, a UUID its usual text, half of a surrogate pair U+FFFD, an integer beyond 128 bits its digits.
pub(super) fn to_template(value: &session::Value) -> Value {
    match value {
        session::Value::Null => ().into(),
        session::Value::Bool(flag) => (*flag).into(),
        session::Value::Int(number) => (*number).into(),
        session::Value::BigInt(number) => big_int(number),
        session::Value::Float(number) => (*number).into(),
        session::Value::Str(text) => to_template_text(text),
        session::Value::Bytes(bytes) => Value::from_bytes(bytes.clone()),
        session::Value::List(items) => all(items).into(),
        session::Value::Tuple(items) => Tuple::from(all(items)).into(),
        session::Value::Map(map) => {
            nested(map.iter().map(|(key, item)| (to_template_text(key), to_template(item))))
        }
        session::Value::Pairs(pairs) => entries(pairs),
        session::Value::DateTime(date) => date.to_iso().into(),
        session::Value::Uuid(uuid) => session::Value::uuid_text(uuid).into(),
        session::Value::Markup(html) => Value::from_safe_string(html.to_string()),
        session::Value::Opaque(value) => opaque(value),
    }
}

pub(super) fn to_template_text(text: &Text) -> Value {
    text.to_str_lossy().into()
}

/// The closest value, or none for a class without a plain equivalent.
fn opaque(value: &Opaque) -> Value {
    match value.plain() {
        Some(Plain::Items(items)) => all(items).into(),
        Some(Plain::Entries(pairs)) => entries(pairs),
        Some(Plain::Same(value)) => to_template(value),
        Some(Plain::Bytes(bytes)) => Value::from_bytes(bytes.to_vec()),
        Some(Plain::Text(text)) => text.into(),
        Some(Plain::DateTime(date)) => date.to_iso().into(),
        Some(Plain::Uuid(uuid)) => session::Value::uuid_text(uuid).into(),
        None => ().into(),
    }
}

fn all(items: &[session::Value]) -> Vec<Value> {
    items.iter().map(to_template).collect()
}

fn entries(pairs: &[(session::Value, session::Value)]) -> Value {
    nested(pairs.iter().map(|(key, item)| (to_template(key), to_template(item))))
}

fn nested(items: impl Iterator<Item = (Value, Value)>) -> Value {
    Value::from_object(Nested(items.collect()))
}

fn big_int(number: &BigInt) -> Value {
    let digits = number.as_str();
    digits.parse::<i128>().map_or_else(|_| digits.into(), Value::from)
}

/// What the methods of a dict need.
pub(super) trait Dict {
    fn item(&self, key: &Value) -> Option<Value>;

    fn items(&self) -> Vec<(Value, Value)>;
}

pub(super) fn call_dict_method(dict: &impl Dict, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    if method == "get" {
        let (key, default): (Value, Option<Value>) = from_args(arguments)?;
        return Ok(dict.item(&key).or(default).unwrap_or_else(|| ().into()));
    }
    let part: fn((Value, Value)) -> Value = match method {
        "items" => |(key, item)| Tuple::from([key, item]).into(),
        "keys" => |(key, _)| key,
        "values" => |(_, item)| item,
        _ => return Err(ErrorKind::UnknownMethod.into()),
    };
    let () = from_args(arguments)?;
    Ok(dict.items().into_iter().map(part).collect::<Vec<_>>().into())
}

/// A dict within the session.
struct Nested(IndexMap<Value, Value>);

impl Dict for Nested {
    fn item(&self, key: &Value) -> Option<Value> {
        self.0.get(key).cloned()
    }

    fn items(&self) -> Vec<(Value, Value)> {
        self.0.iter().map(|(key, item)| (key.clone(), item.clone())).collect()
    }
}

impl Object for Nested {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.item(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().cloned().collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.0.len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        call_dict_method(&**self, method, arguments)
    }
}

/// The form that a template prints: within a list, minijinja uses `Debug`.
impl fmt::Debug for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}
