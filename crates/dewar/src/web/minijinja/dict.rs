//! Python's dict as templates know it: keys in order, and the methods that only look.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, Tuple, from_args};
use minijinja::{Error, ErrorKind, State, Value};

/// What the methods of a dict need to know of it.
pub(super) trait Dict {
    fn item(&self, key: &Value) -> Option<Value>;

    fn items(&self) -> Vec<(Value, Value)>;
}

pub(super) fn call_method(dict: &impl Dict, method: &str, arguments: &[Value]) -> Result<Value, Error> {
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
pub(super) struct Nested(pub(super) IndexMap<Value, Value>);

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
        call_method(&**self, method, arguments)
    }
}

/// As a template prints it: within a list it is `Debug` that minijinja asks.
impl fmt::Debug for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}
