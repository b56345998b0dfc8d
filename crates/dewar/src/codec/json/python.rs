//! JSON as Python's `json` module reads and writes it.

use super::float::write_python_float;
use super::keys::write_pairs;
use super::loads::Python;
use super::reader::read;
use super::writer::{Dialect, Style, Writer, write};
use crate::codec::{Codec, DecodeError, EncodeError, Limits};
use crate::value::{Map, Plain, Value};

/// JSON as Python's `json` module writes it, which the serializers of itsdangerous use. Without tags, keys in insertion order.
///
/// As in Python, a tuple becomes a list and `Markup` its text; bytes, datetimes and UUIDs are errors. It reads NaN, infinities, lone surrogates
/// and integers of up to 4,300 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PythonJson {
    /// Whether to escape everything outside ASCII.
    pub ensure_ascii: bool,
    /// Whether to write a space after commas and colons.
    pub spaced: bool,
    /// The limits for reading and writing.
    pub limits: Limits,
}

impl Default for PythonJson {
    /// `json.dumps(value)`: ASCII, with spaces, as in itsdangerous' `Serializer`.
    fn default() -> Self {
        Self { ensure_ascii: true, spaced: true, limits: Limits::default() }
    }
}

impl PythonJson {
    /// `json.dumps(value, ensure_ascii=False, separators=(",", ":"))`, as in itsdangerous' `URLSafeSerializer`.
    #[must_use]
    pub fn compact() -> Self {
        Self { ensure_ascii: false, spaced: false, limits: Limits::default() }
    }

    fn style(&self) -> Style {
        Style { ascii: self.ensure_ascii, sort_keys: false, spaced: self.spaced }
    }
}

impl Codec for PythonJson {
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        write(self.style(), self.limits, |writer: &mut Writer<Python>| writer.value(value))
    }

    fn encode_map(&self, map: &Map) -> Result<Vec<u8>, EncodeError> {
        write(self.style(), self.limits, |writer: &mut Writer<Python>| writer.map(map))
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        read::<Python>(bytes, self.limits)
    }
}

impl Dialect for Python {
    fn float(value: f64, out: &mut Vec<u8>) {
        write_python_float(value, out);
    }

    fn special(writer: &mut Writer<Self>, value: &Value) -> Result<(), EncodeError> {
        match value {
            Value::Tuple(items) => writer.array(items),
            Value::Markup(text) => writer.text(text),
            Value::Opaque(opaque) => match opaque.plain() {
                Some(Plain::Entries(entries)) => Self::pairs(writer, entries),
                Some(Plain::Same(counts @ (Value::Map(_) | Value::Pairs(_)))) => writer.value(counts),
                _ => Err(EncodeError::Unsupported { kind: value.kind() }),
            },
            _ => Err(EncodeError::Unsupported { kind: value.kind() }),
        }
    }

    fn pairs(writer: &mut Writer<Self>, pairs: &[(Value, Value)]) -> Result<(), EncodeError> {
        write_pairs(writer, pairs)
    }
}
