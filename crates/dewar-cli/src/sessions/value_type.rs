//! The type of a value in the words of Python, as Flask's developers know them.

use dewar::value::Value;

/// The name of the value's type, and of a collection how many it holds.
pub(super) fn type_of(value: &Value) -> String {
    let of = |name: &str, len: usize| format!("{name} of {len}");
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Int(_) | Value::BigInt(_) => "int".to_owned(),
        Value::Float(_) => "float".to_owned(),
        Value::Str(_) | Value::Markup(_) => "text".to_owned(),
        Value::Bytes(_) => "bytes".to_owned(),
        Value::List(items) | Value::Tuple(items) => of("list", items.len()),
        Value::Map(map) => of("map", map.len()),
        Value::Pairs(pairs) => of("map", pairs.len()),
        Value::DateTime(_) => "date and time".to_owned(),
        Value::Uuid(_) => "uuid".to_owned(),
        _ => "value of another program".to_owned(),
    }
}
