//! Two dialects of MessagePack: msgspec's, and Dewar's native dialect, which preserves every value.

#[cfg(feature = "flask")]
mod msgspec;
mod native;
mod opaque;
mod reader;
mod timestamp;
mod writer;

#[cfg(feature = "flask")]
use self::msgspec::Msgspec;
use self::native::Native;
use self::reader::{Reader, read};
use self::writer::{Writer, append};
use super::{Codec, DecodeError, EncodeError, Limits, failing_key};
use crate::value::{BigInt, DateTime, Map, Opaque, Text, Value};

/// MessagePack (<https://github.com/msgpack/msgpack/blob/master/spec.md>), in one of two dialects.
///
/// `MsgPack::default()`, with the feature `flask`, is what msgspec 0.22 writes and Flask-Session stores: a tuple becomes a list, a UUID its
/// text, a naive datetime its ISO text, an aware datetime a timestamp in UTC. Errors are `Markup` ([`EncodeError::Unsupported`]), an integer
/// outside −2⁶³ to 2⁶⁴−1, and a lone surrogate. Keys can be of any type; duplicate keys other than text are kept. An extension type of another
/// program is kept unchanged.
///
/// [`MsgPack::native`] preserves every value and is smaller: a text of at least eight lowercase hexadecimal digits, such as a token or an id,
/// takes half its length. It has its own extension types:
///
/// | code | content | represents |
/// |---|---|---|
/// | 1 | nothing; first item of an array | the array is a tuple |
/// | 2 | nothing; first item of an array | the array contains alternating keys and values: a dict with keys other than text |
/// | 3 | bytes | the text of these bytes in lowercase hexadecimal |
/// | 4 | UTF-16, high byte first | a text with lone surrogates |
/// | 5 | UTF-8 | `Markup` |
/// | 6 | UTF-16, high byte first | `Markup` with lone surrogates |
/// | 7 | 16 bytes | a UUID |
/// | 8 | content of a timestamp | a naive datetime |
/// | 9 | seconds ahead of UTC (i32), content of a timestamp | a datetime with another offset than 0 |
/// | 10 | decimal digits | an integer of more than 64 bits |
/// | 11 | nothing; first item of an array | the array contains a name and parts: a [`Value::Opaque`] |
///
/// A map that serde made from a struct has the next larger header than it needs, with two more bytes: `de 00 03` instead of `83`. For every
/// other reader of MessagePack it is a map. Dewar knows that it is one value, and never merges fields that two requests set.
///
/// ```
/// use dewar::codec::{Codec, MsgPack};
/// use dewar::value::Map;
///
/// let session = Map::from([("csrf", "0123456789abcdef0123456789abcdef")]);
/// let bytes = MsgPack::native().encode(&session).unwrap();
/// assert_eq!(bytes.len(), 1 + 5 + 2 + 16);
/// assert_eq!(MsgPack::native().decode(&bytes).unwrap(), session);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MsgPack {
    dialect: Choice,
    limits: Limits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    #[cfg(feature = "flask")]
    Msgspec,
    Native,
}

impl Choice {
    fn dialect(self) -> &'static dyn AnyDialect {
        match self {
            #[cfg(feature = "flask")]
            Self::Msgspec => &Msgspec,
            Self::Native => &Native,
        }
    }
}

/// As msgspec writes it.
#[cfg(feature = "flask")]
impl Default for MsgPack {
    fn default() -> Self {
        Self { dialect: Choice::Msgspec, limits: Limits::default() }
    }
}

impl MsgPack {
    /// Dewar's native dialect, which preserves every value.
    #[must_use]
    pub fn native() -> Self {
        Self { dialect: Choice::Native, limits: Limits::default() }
    }

    /// Sets the limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// [`encode`](Codec::encode), appended to what `out` contains.
    pub(crate) fn append(self, data: &Map, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let appended = self.dialect.dialect().append_map(data, out, self.limits);
        appended.map_err(|error| failing_key::name(data, error, |data| self.encode_map(data)))
    }
}

/// Most sessions are no longer.
const USUAL: usize = 256;

impl Codec for MsgPack {
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::with_capacity(USUAL);
        self.dialect.dialect().append_value(value, &mut out, self.limits)?;
        Ok(out)
    }

    fn encode_map(&self, map: &Map) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::with_capacity(USUAL);
        self.dialect.dialect().append_map(map, &mut out, self.limits)?;
        Ok(out)
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        self.dialect.dialect().read(bytes, self.limits)
    }
}

/// A dialect that is chosen when the program runs.
trait AnyDialect {
    fn append_value(&self, value: &Value, out: &mut Vec<u8>, limits: Limits) -> Result<(), EncodeError>;
    fn append_map(&self, map: &Map, out: &mut Vec<u8>, limits: Limits) -> Result<(), EncodeError>;
    fn read(&self, bytes: &[u8], limits: Limits) -> Result<Value, DecodeError>;
}

impl<D: Dialect> AnyDialect for D {
    fn append_value(&self, value: &Value, out: &mut Vec<u8>, limits: Limits) -> Result<(), EncodeError> {
        append(out, limits, |writer: &mut Writer<D>| writer.value(value))
    }

    fn append_map(&self, map: &Map, out: &mut Vec<u8>, limits: Limits) -> Result<(), EncodeError> {
        append(out, limits, |writer: &mut Writer<D>| writer.map(map))
    }

    fn read(&self, bytes: &[u8], limits: Limits) -> Result<Value, DecodeError> {
        read::<D>(bytes, limits)
    }
}

/// The differences between the dialects: values that cannot be represented in plain MessagePack.
trait Dialect: Sized {
    /// Whether the map of a struct gets a larger header than it needs.
    const MARKS_STRUCTS: bool;

    fn write_big_int(writer: &mut Writer<Self>, value: &BigInt) -> Result<(), EncodeError>;
    fn write_text(writer: &mut Writer<Self>, text: &Text) -> Result<(), EncodeError>;
    fn write_markup(writer: &mut Writer<Self>, text: &Text) -> Result<(), EncodeError>;
    fn write_date(writer: &mut Writer<Self>, date: DateTime) -> Result<(), EncodeError>;
    fn write_uuid(writer: &mut Writer<Self>, uuid: &[u8; 16]) -> Result<(), EncodeError>;
    fn write_tuple(writer: &mut Writer<Self>, items: &[Value]) -> Result<(), EncodeError>;
    fn write_pairs(writer: &mut Writer<Self>, pairs: &[(Value, Value)]) -> Result<(), EncodeError>;
    fn write_opaque(writer: &mut Writer<Self>, opaque: &Opaque) -> Result<(), EncodeError>;

    /// Reads an array of `len` items that is not a list. For a list, returns `None` and reads nothing.
    fn read_array(reader: &mut Reader<'_, Self>, len: usize) -> Result<Option<Value>, DecodeError>;

    /// Checks a key of a map that is not text.
    fn read_key(reader: &Reader<'_, Self>, key: Value) -> Result<Value, DecodeError>;

    /// Reads an extension type other than a timestamp; `None` if it is unknown or malformed.
    fn read_extension(code: i8, content: &[u8]) -> Option<Value>;
}

#[cfg(test)]
mod tests;
