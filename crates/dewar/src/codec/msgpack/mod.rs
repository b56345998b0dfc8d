//! MessagePack: as msgspec writes it, and a dialect of Dewar's own that loses nothing.

mod extension;
mod kept;
mod own;
mod reader;
mod timestamp;
mod writer;

use self::writer::Writer;
use super::{Codec, DecodeError, EncodeError, Limits, blame, limits};
use crate::value::{Map, Value};

/// MessagePack (<https://github.com/msgpack/msgpack/blob/master/spec.md>), in one of two dialects.
///
/// [`MsgPack::default`] is what msgspec 0.22 writes and Flask-Session stores: a tuple becomes a list, a UUID its text, a
/// naive datetime its ISO text, an aware one a timestamp in UTC; `Markup` is an error, as is an integer beyond −2⁶³ to
/// 2⁶⁴−1. Keys may be anything; keys other than text keep duplicates. An extension type of another program's is kept as it was.
///
/// [`MsgPack::native`] keeps every value as it is and is smaller: text of at least eight lowercase hex digits, as tokens
/// and ids are, takes half its length. Its extension types are Dewar's own:
///
/// | code | content | stands for |
/// |---|---|---|
/// | 1 | nothing; first item of an array | the array is a tuple |
/// | 2 | nothing; first item of an array | the array is keys and values in turn: a dict with other keys than text |
/// | 3 | bytes | the text of their lowercase hex digits |
/// | 4 | UTF-16, high byte first | a text with lone surrogates |
/// | 5 | UTF-8 | `Markup` |
/// | 6 | UTF-16, high byte first | `Markup` with lone surrogates |
/// | 7 | 16 bytes | a UUID |
/// | 8 | content of a timestamp | a naive datetime |
/// | 9 | seconds ahead of UTC (i32), content of a timestamp | a datetime with another offset than 0 |
/// | 10 | decimal digits | an integer beyond 64 bits |
/// | 11 | nothing; first item of an array | the array is a name and parts: a value of another program's, kept as it was |
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MsgPack {
    dialect: Dialect,
    limits: Limits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Dialect {
    #[default]
    Msgspec,
    Native,
}

impl MsgPack {
    /// Dewar's own dialect, which keeps everything.
    #[must_use]
    pub fn native() -> Self {
        Self { dialect: Dialect::Native, ..Self::default() }
    }

    /// The same dialect with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Writes any value.
    ///
    /// # Errors
    ///
    /// As msgspec: [`EncodeError::Unsupported`], [`EncodeError::IntegerOutOfRange`], [`EncodeError::LoneSurrogate`]; the own
    /// dialect has none of these. Both: beyond the limits.
    pub fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        self.write(|writer| writer.value(value))
    }

    /// Reads any value.
    ///
    /// # Errors
    ///
    /// For what is not MessagePack, extension types of another dialect, anything after the value, and beyond the limits.
    pub fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        reader::read(bytes, self.dialect, self.limits)
    }

    fn write(
        &self,
        content: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut writer = Writer::new(self.dialect, self.limits);
        content(&mut writer)?;
        writer.finish()
    }
}

impl Codec for MsgPack {
    fn encode(&self, data: &Map) -> Result<Vec<u8>, EncodeError> {
        let write = |data: &Map| self.write(|writer| writer.map(data));
        write(data).map_err(|error| blame::name_key(data, error, write))
    }

    fn decode(&self, bytes: &[u8]) -> Result<Map, DecodeError> {
        limits::session(self.decode_value(bytes)?)
    }
}

#[cfg(test)]
mod tests;
