//! Finds the key of a session whose value cannot be represented in a format.

use super::EncodeError;
use crate::value::{Map, Text, Value};

/// Adds the key and the path to an error of encoding `data`. An error about the whole session stays unchanged.
pub(super) fn name(
    data: &Map,
    error: EncodeError,
    encode: impl Fn(&Map) -> Result<Vec<u8>, EncodeError>,
) -> EncodeError {
    if matches!(error, EncodeError::TooLarge { .. } | EncodeError::TooManyItems { .. }) {
        return error;
    }
    let fails_alone = |key: &Text, value: &Value| {
        let alone = Map::from([(key.clone(), value.clone())]);
        encode(&alone).as_ref() == Err(&error)
    };
    match data.iter().find(|(key, value)| fails_alone(key, value)) {
        Some((key, value)) => {
            let within = path(value, |value| fails_alone(key, value));
            EncodeError::InKey { key: key.to_string(), within, error: Box::new(error) }
        }
        None => error,
    }
}

/// The path to the innermost value that fails by itself, as a program would write it: `[2]["price"]`.
fn path(value: &Value, fails: impl Fn(&Value) -> bool) -> String {
    let mut path = String::new();
    let mut at = value;
    while let Some((step, inner)) = steps(at).into_iter().find(|(_, inner)| fails(inner)) {
        path.push_str(&step);
        at = inner;
    }
    path
}

fn steps(value: &Value) -> Vec<(String, &Value)> {
    let numbered = |(number, inner)| (format!("[{number}]"), inner);
    match value {
        Value::List(items) | Value::Tuple(items) => items.iter().enumerate().map(numbered).collect(),
        Value::Map(map) => {
            map.iter().map(|(key, inner)| (format!("[{:?}]", key.to_string()), inner)).collect()
        }
        Value::Pairs(pairs) => pairs.iter().map(|(_, inner)| inner).enumerate().map(numbered).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::codec::{Codec, EncodeError, Json, MsgPack, Pickle, PythonJson, TaggedJson};
    use crate::value::{Map, Value};

    #[test]
    fn the_key_of_a_value_that_a_format_cannot_hold_is_named() {
        let named = |codec: &dyn Codec, value: Value| {
            let inner = Value::Map(Map::from([("fine", Value::Null), ("not", value)]));
            let data = Map::from([
                ("good", Value::Int(1)),
                ("bad", Value::List(vec![0.into(), inner])),
                ("after", 1.into()),
            ]);
            codec.encode(&data).unwrap_err().to_string()
        };
        let complex = b"cbuiltins\ncomplex\nG\0\0\0\0\0\0\0\0G\0\0\0\0\0\0\0\0\x86R.";
        let complex = Pickle::default().decode_value(complex).unwrap();
        for (message, says) in [
            (named(&MsgPack::default(), complex.clone()), "complex"),
            (named(&Json::default(), complex.clone()), "complex"),
            (named(&TaggedJson::default(), complex.clone()), "complex"),
            (named(&PythonJson::default(), complex), "complex"),
            (named(&MsgPack::default(), Value::BigInt("9".repeat(30).parse().unwrap())), "integer"),
            (named(&Json::default(), Value::Markup("x".into())), "Markup"),
            (named(&Pickle::default(), Value::Pairs(vec![(Value::List(vec![]), 1.into())])), "list"),
        ] {
            assert!(
                message.starts_with("the key \"bad\", in [1][\"not\"]: ") && message.contains(says),
                "{message}"
            );
        }
    }

    #[test]
    fn an_error_about_the_whole_session_names_no_key() {
        let data = Map::from([("a", "x".repeat(2 << 20))]);
        assert!(matches!(Json::default().encode(&data), Err(EncodeError::TooLarge { .. })));
    }
}
