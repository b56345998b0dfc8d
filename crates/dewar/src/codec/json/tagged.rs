//! Flask's tagged JSON (`flask.json.tag`, Flask 1.0 to 3.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::float::write_python_float;
use super::keys::write_pairs;
use super::reader::{Grammar, read};
use super::writer::{Dialect, Style, Writer, write};
use crate::codec::{Codec, DecodeError, EncodeError, Limits};
use crate::value::{DateTime, Map, Opaque, Plain, Text, Value};

/// The format of Flask's session cookie: JSON in which an object with a single key such as `" t"` represents a tuple, bytes, a datetime, a UUID
/// or `Markup`.
///
/// It writes the same bytes as Flask 3.1. As in Flask, datetimes lose their microseconds and are converted to UTC. It reads what every version
/// of Flask since 0.10 writes. Where Flask reads more than it writes, only what it writes is read: see [`DecodeError::BadTag`].
///
/// Writing fails where Python raises an exception: [`EncodeError::MixedKeys`], [`EncodeError::UnsupportedKey`] and
/// [`EncodeError::DateOutOfRange`]; without `ensure_ascii` also [`EncodeError::LoneSurrogate`].
///
/// ```
/// use dewar::codec::{Codec, TaggedJson};
/// use dewar::value::{Map, Value};
///
/// let session = Map::from([("pair", Value::Tuple(vec![1.into(), "é".into()]))]);
/// let json = TaggedJson::default().encode(&session).unwrap();
/// assert_eq!(json, br#"{"pair":{" t":[1,"\u00e9"]}}"#);
/// assert_eq!(TaggedJson::default().decode(&json).unwrap(), session);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaggedJson {
    /// `app.json.sort_keys`: whether to sort keys by code point. Keys of mixed types are then an error, as in Python.
    pub sort_keys: bool,
    /// `app.json.ensure_ascii`: whether to escape everything outside ASCII.
    pub ensure_ascii: bool,
    /// The limits for reading and writing.
    pub limits: Limits,
}

impl Default for TaggedJson {
    /// Flask's defaults: sorted keys, ASCII.
    fn default() -> Self {
        Self { sort_keys: true, ensure_ascii: true, limits: Limits::default() }
    }
}

impl TaggedJson {
    fn style(&self) -> Style {
        Style { ascii: self.ensure_ascii, sort_keys: self.sort_keys, spaced: false }
    }
}

impl Codec for TaggedJson {
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        write(self.style(), self.limits, |writer: &mut Writer<Tagged>| writer.value(value))
    }

    fn encode_map(&self, map: &Map) -> Result<Vec<u8>, EncodeError> {
        write(self.style(), self.limits, |writer: &mut Writer<Tagged>| Tagged::map(writer, map))
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        read::<Tagged>(bytes, self.limits)
    }
}

const DICT: &str = " di";
const TUPLE: &str = " t";
const BYTES: &str = " b";
const MARKUP: &str = " m";
const UUID: &str = " u";
const DATE_TIME: &str = " d";

/// Appended to a key that would otherwise be read as a tag.
const ESCAPE: &str = "__";

fn tag(key: &Text) -> Option<&'static str> {
    let key = key.as_str().filter(|key| key.starts_with(' '))?;
    [DICT, TUPLE, BYTES, MARKUP, UUID, DATE_TIME].into_iter().find(|tag| *tag == key)
}

struct Tagged;

impl Dialect for Tagged {
    fn float(value: f64, out: &mut Vec<u8>) {
        write_python_float(value, out);
    }

    fn special(writer: &mut Writer<Self>, value: &Value) -> Result<(), EncodeError> {
        match value {
            Value::Tuple(items) => writer.single(TUPLE, |writer| writer.array(items)),
            Value::Bytes(bytes) => writer.single(BYTES, |writer| writer.plain(&STANDARD.encode(bytes))),
            Value::Markup(text) => writer.single(MARKUP, |writer| writer.text(text)),
            Value::Uuid(uuid) => {
                let digits = format!("{:032x}", u128::from_be_bytes(*uuid));
                writer.single(UUID, |writer| writer.plain(&digits))
            }
            Value::DateTime(date) => {
                let date = date.to_http_date().ok_or(EncodeError::DateOutOfRange)?;
                writer.single(DATE_TIME, |writer| writer.plain(&date))
            }
            Value::Opaque(opaque) => write_opaque(writer, opaque),
            _ => Err(EncodeError::Unsupported { kind: value.kind() }),
        }
    }

    fn pairs(writer: &mut Writer<Self>, pairs: &[(Value, Value)]) -> Result<(), EncodeError> {
        match pairs {
            [(Value::Str(key), value)] if tag(key).is_some() => escaped(writer, key, value),
            _ => write_pairs(writer, pairs),
        }
    }

    fn map(writer: &mut Writer<Self>, map: &Map) -> Result<(), EncodeError> {
        if let Some(pairs) = map.pairs() {
            return Self::pairs(writer, pairs);
        }
        match map.iter().next() {
            Some((key, value)) if map.len() == 1 && tag(key).is_some() => escaped(writer, key, value),
            _ => writer.map(map),
        }
    }
}

/// Writes other Python types as Flask does: dicts of other classes as dicts, a `Decimal` as its text, a `date` as an HTTP date.
fn write_opaque(writer: &mut Writer<Tagged>, opaque: &Opaque) -> Result<(), EncodeError> {
    match (opaque.kind(), opaque.plain()) {
        (_, Some(Plain::Entries(entries))) => Tagged::pairs(writer, entries),
        (_, Some(Plain::Same(value))) => writer.value(value),
        (_, Some(Plain::DateTime(date))) => Tagged::special(writer, &Value::DateTime(date)),
        (_, Some(Plain::Uuid(uuid))) => Tagged::special(writer, &Value::Uuid(*uuid)),
        ("date", Some(Plain::Text(date))) => {
            let midnight =
                DateTime::from_iso(&format!("{date}T00:00:00")).and_then(|date| date.to_http_date());
            writer.plain(&midnight.ok_or(EncodeError::DateOutOfRange)?)
        }
        (kind, _) => Err(EncodeError::Unsupported { kind }),
    }
}

fn escaped(writer: &mut Writer<Tagged>, key: &Text, value: &Value) -> Result<(), EncodeError> {
    let key = format!("{key}{ESCAPE}");
    writer.single(DICT, |writer| writer.single(&key, |writer| writer.value(value)))
}

impl Grammar for Tagged {
    const NOT_FINITE: bool = true;

    fn single(key: Text, value: Value) -> Result<Value, DecodeError> {
        match tag(&key) {
            Some(tag) => untag(tag, value).ok_or(DecodeError::BadTag { tag }),
            None => Ok(Value::Map(Map::from([(key, value)]))),
        }
    }
}

/// The value of a tag; `None` if Flask never writes such content.
fn untag(tag: &str, content: Value) -> Option<Value> {
    match (tag, content) {
        (DICT, Value::Map(map)) => unescape(map).map(Value::Map),
        (TUPLE, Value::List(items)) => Some(Value::Tuple(items)),
        (BYTES, Value::Str(text)) => STANDARD.decode(text.as_str()?).ok().map(Value::Bytes),
        (MARKUP, Value::Str(text)) => Some(Value::Markup(text)),
        (UUID, Value::Str(text)) => uuid(text.as_str()?).map(Value::Uuid),
        // In Flask, a text that is not a date is `None`, not an error.
        (DATE_TIME, Value::Str(text)) => {
            Some(text.as_str().and_then(DateTime::from_http_date).map_or(Value::Null, Value::DateTime))
        }
        // The same applies to anything falsy.
        (DATE_TIME, nothing) if !nothing.is_truthy() => Some(Value::Null),
        _ => None,
    }
}

fn unescape(map: Map) -> Option<Map> {
    if map.len() != 1 {
        return None;
    }
    let (key, value) = map.into_iter().next()?;
    let key = key.as_str()?.strip_suffix(ESCAPE)?;
    Some(Map::from([(key, value)]))
}

fn uuid(digits: &str) -> Option<[u8; 16]> {
    let plain = digits.len() == 32 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !plain {
        return None;
    }
    u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests;
