//! Standard JSON as msgspec reads and writes it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::float::write_ryu_float;
use super::reader::{Grammar, read};
use super::writer::{Dialect, Style, Writer, write};
use crate::codec::{Codec, DecodeError, EncodeError, Limits};
use crate::value::{DateTime, Map, Opaque, Plain, Value};

/// JSON (RFC 8259) as msgspec 0.22 writes it, which Flask-Session stores with `SESSION_SERIALIZATION_FORMAT = "json"`. UTF-8, without spaces,
/// keys in insertion order.
///
/// Values that cannot be represented in JSON are written as the closest value, and do not come back: a tuple as a list, bytes as padded base64,
/// a UUID as text with dashes, a datetime in ISO format with `Z` for UTC, NaN and infinities as `null`.
///
/// Errors are `Markup` ([`EncodeError::Unsupported`]), keys other than texts, numbers, bytes, UUIDs and datetimes
/// ([`EncodeError::UnsupportedKey`]), and lone surrogates ([`EncodeError::LoneSurrogate`]). When reading, a number outside the range of doubles
/// is an error.
///
/// ```
/// use dewar::codec::{Codec, Json};
/// use dewar::value::{Map, Value};
///
/// let session = Map::from([("token", Value::Bytes(vec![255, 0])), ("rate", Value::Float(1e-7))]);
/// assert_eq!(Json::default().encode(&session).unwrap(), br#"{"token":"/wA=","rate":1e-7}"#);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Json {
    /// The limits for reading and writing.
    pub limits: Limits,
}

const STYLE: Style = Style { ascii: false, sort_keys: false, spaced: false };

impl Codec for Json {
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        write(STYLE, self.limits, |writer: &mut Writer<Msgspec>| writer.value(value))
    }

    fn encode_map(&self, map: &Map) -> Result<Vec<u8>, EncodeError> {
        write(STYLE, self.limits, |writer: &mut Writer<Msgspec>| writer.map(map))
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        read::<Msgspec>(bytes, self.limits)
    }
}

struct Msgspec;

impl Grammar for Msgspec {
    const NOT_FINITE: bool = false;
}

impl Dialect for Msgspec {
    fn float(value: f64, out: &mut Vec<u8>) {
        if value.is_finite() {
            write_ryu_float(value, out);
        } else {
            out.extend_from_slice(b"null");
        }
    }

    fn special(writer: &mut Writer<Self>, value: &Value) -> Result<(), EncodeError> {
        match (value, text(value)) {
            (Value::Tuple(items), _) => writer.array(items),
            (Value::Opaque(opaque), _) => write_opaque(writer, opaque),
            (_, Some(text)) => writer.plain(&text),
            _ => Err(EncodeError::Unsupported { kind: value.kind() }),
        }
    }

    fn pairs(writer: &mut Writer<Self>, pairs: &[(Value, Value)]) -> Result<(), EncodeError> {
        writer.object(pairs.iter().map(|(key, value)| (key, value)), write_key)
    }
}

/// Writes the closest value, if msgspec does.
fn write_opaque(writer: &mut Writer<Msgspec>, opaque: &Opaque) -> Result<(), EncodeError> {
    match opaque.plain_for_msgspec() {
        Some(Plain::Items(items)) => writer.array(items),
        Some(Plain::Entries(entries)) => Msgspec::pairs(writer, entries),
        Some(Plain::Same(value)) => writer.value(value),
        Some(Plain::Bytes(bytes)) => writer.plain(&STANDARD.encode(bytes)),
        Some(Plain::Text(text)) => writer.plain(&text),
        Some(Plain::DateTime(date)) => writer.plain(&iso(date)),
        Some(Plain::Uuid(uuid)) => writer.plain(&Value::uuid_text(uuid)),
        None => Err(EncodeError::Unsupported { kind: opaque.kind() }),
    }
}

fn write_key(writer: &mut Writer<Msgspec>, key: &Value) -> Result<(), EncodeError> {
    match key {
        Value::Str(text) => return writer.quoted(text),
        Value::Int(value) => writer.quoted_plain(&value.to_string()),
        Value::BigInt(value) => writer.quoted_plain(value.as_str()),
        Value::Float(value) => {
            writer.out.push(b'"');
            Msgspec::float(*value, &mut writer.out);
            writer.out.push(b'"');
        }
        _ => writer.quoted_plain(&text(key).ok_or(EncodeError::UnsupportedKey { kind: key.kind() })?),
    }
    Ok(())
}

/// The ASCII text that represents a value.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bytes(bytes) => Some(STANDARD.encode(bytes)),
        Value::Uuid(uuid) => Some(Value::uuid_text(uuid)),
        Value::DateTime(date) => Some(iso(*date)),
        Value::Opaque(opaque) => match opaque.plain_for_msgspec()? {
            Plain::Text(text) => Some(text),
            Plain::Same(text) => text.as_str().map(str::to_owned),
            Plain::DateTime(date) => Some(iso(date)),
            Plain::Uuid(uuid) => Some(Value::uuid_text(uuid)),
            _ => None,
        },
        _ => None,
    }
}

fn iso(date: DateTime) -> String {
    let mut iso = date.to_iso();
    if date.offset_seconds() == Some(0) {
        iso.truncate(iso.len() - "+00:00".len());
        iso.push('Z');
    }
    iso
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Text;
    use crate::value::arbitrary::{any_map, any_value};

    fn json(value: &Value) -> Result<String, EncodeError> {
        Json::default().encode_value(value).map(|json| String::from_utf8(json).unwrap())
    }

    #[test]
    fn only_standard_json_is_read() {
        for text in ["NaN", "Infinity", "-Infinity", "[1,]", "\u{feff}1", "'a'", "\"\t\"", "tru", "[-]"] {
            let read = Json::default().decode_value(text.as_bytes());
            assert!(matches!(read, Err(DecodeError::Malformed { .. })), "{text}: {read:?}");
        }
        assert_eq!(Json::default().decode_value(b"[1e400]"), Err(DecodeError::NumberOutOfRange { at: 1 }));
        assert_eq!(Json::default().decode(b"[]"), Err(DecodeError::NotAMap));
        assert_eq!(Json::default().decode_value(br#"{" t":[1]}"#).unwrap().kind(), "dict");
    }

    #[test]
    fn control_characters_are_escaped_and_nothing_else() {
        let text = "\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\"\\/\u{7f}é\u{2028}";
        assert_eq!(
            json(&text.into()).unwrap(),
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\u{7f}é\u{2028}\""
        );
    }

    #[test]
    fn what_msgspec_does_not_write() {
        assert_eq!(json(&Value::Markup("x".into())), Err(EncodeError::Unsupported { kind: "Markup" }));
        assert_eq!(json(&Value::Str(Text::from_utf16(&[0xd800]))), Err(EncodeError::LoneSurrogate));
        for (key, kind) in [(true.into(), "bool"), (Value::Null, "None"), (Value::Tuple(vec![]), "tuple")] {
            assert_eq!(json(&Value::Pairs(vec![(key, 1.into())])), Err(EncodeError::UnsupportedKey { kind }));
        }
    }

    #[test]
    fn keys_that_become_text() {
        let keys: Vec<Value> =
            vec![1.into(), Value::Float(0.5), Value::Bytes(vec![255]), Value::Uuid([0; 16])];
        let pairs = Value::Pairs(keys.into_iter().map(|key| (key, Value::Null)).collect());
        let expected = r#"{"1":null,"0.5":null,"/w==":null,"00000000-0000-0000-0000-000000000000":null}"#;
        assert_eq!(json(&pairs).unwrap(), expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_json_and_is_read_again(value in any_value()) {
            if let Ok(json) = Json::default().encode_value(&value) {
                let once = Json::default().decode_value(&json).unwrap();
                let twice = Json::default().decode_value(&Json::default().encode_value(&once).unwrap()).unwrap();
                prop_assert!(once.is_identical(&twice));
                prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&json).is_ok());
            }
        }

        #[test]
        fn no_damage_makes_the_reader_panic(map in any_map(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
            if let Ok(mut json) = Json::default().encode(&map) {
                let at = at.index(json.len());
                json[at] = byte;
                let ours = Json::default().decode_value(&json);
                if serde_json::from_slice::<serde::de::IgnoredAny>(&json).is_err() {
                    prop_assert!(ours.is_err());
                }
            }
        }
    }
}
