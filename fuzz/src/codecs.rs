//! The codecs: JSON, MessagePack and pickle.

use dewar::codec::{Codec, EncodeError, Json, Limits, MsgPack, Pickle, PythonJson, TaggedJson};
use dewar::value::Value;

/// JSON with Flask's tags, and Python's without: what is read can be written, and is read again as the same;
/// limits hold.
pub fn tagged_json(data: &[u8]) {
    round_trip(&TaggedJson::default(), data);
    round_trip(&PythonJson::default(), data);
    drop(Json::default().decode(data));
    narrow(data);
}

/// MessagePack in both dialects: what is read can be written, and is read again as the same.
pub fn msgpack(data: &[u8]) {
    for dialect in [MsgPack::default(), MsgPack::native()] {
        round_trip(&dialect, data);
    }
}

/// Pickles, which Flask-Session wrote up to 0.6 and cachelib's files hold: only plain data is read, within
/// the limits; what is read can be written, and is read again as the same.
pub fn pickle(data: &[u8]) {
    let limits = Limits { bytes: 4096, depth: 32, items: 1000 };
    let Ok(session) = Pickle::default().with_limits(limits).decode(data) else { return };
    let written = Pickle::default().encode(&session).unwrap();
    let again = Pickle::default().decode(&written).unwrap();
    // NaN is not equal to itself, but its bytes are.
    assert_eq!(Pickle::default().encode(&again).unwrap(), written);
}

/// Compares what is written, since NaN is not equal to itself.
fn round_trip(codec: &dyn Codec, data: &[u8]) {
    let Ok(value) = codec.decode_value(data) else { return };
    match codec.encode_value(&value) {
        Ok(bytes) => {
            let again = codec.decode_value(&bytes);
            let again = again.unwrap_or_else(|error| panic!("{error} in what was written for {value:?}"));
            assert_eq!(codec.encode_value(&again).as_ref(), Ok(&bytes), "{value:?}");
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
