//! JSON with Flask's tags, and Python's without.

use dewar::codec::{Codec, DecodeError, EncodeError, Json, Limits, PythonJson, TaggedJson};
use dewar::value::Value;

/// What is read can be written, and is read again as the same; limits hold.
pub fn tagged_json(data: &[u8]) {
    let tagged = TaggedJson::default();
    round_trip(data, |bytes| tagged.decode_value(bytes), |value| tagged.encode_value(value));
    let python = PythonJson::default();
    round_trip(data, |bytes| python.decode_value(bytes), |value| python.encode_value(value));
    drop(Json::default().decode(data));
    narrow(data);
}

/// Written twice, for NaN is not equal to itself.
pub(crate) fn round_trip(
    data: &[u8],
    decode: impl Fn(&[u8]) -> Result<Value, DecodeError>,
    encode: impl Fn(&Value) -> Result<Vec<u8>, EncodeError>,
) {
    let Ok(value) = decode(data) else { return };
    match encode(&value) {
        Ok(bytes) => {
            let again =
                decode(&bytes).unwrap_or_else(|error| panic!("{error} in what was written for {value:?}"));
            assert_eq!(encode(&again).as_ref(), Ok(&bytes), "{value:?}");
        }
        Err(EncodeError::TooLarge { .. }) => {}
        Err(error) => panic!("{error}: {value:?}"),
    }
}

fn narrow(data: &[u8]) {
    let narrow = TaggedJson { limits: Limits { bytes: 64, depth: 4, items: 8 }, ..TaggedJson::default() };
    if let Ok(value) = narrow.decode_value(data) {
        assert!(data.len() <= 64 && items(&value) <= 8 && depth(&value) <= 4, "{value:?}");
    }
}

fn items(value: &Value) -> usize {
    1 + contents(value).into_iter().map(items).sum::<usize>()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::List(_) | Value::Tuple(_) | Value::Map(_) => {
            1 + contents(value).into_iter().map(depth).max().unwrap_or(0)
        }
        _ => 0,
    }
}

fn contents(value: &Value) -> Vec<&Value> {
    match value {
        Value::List(items) | Value::Tuple(items) => items.iter().collect(),
        Value::Map(map) => map.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}
