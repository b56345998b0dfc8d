//! Codecs: formats that convert a session to bytes and back.
//!
//! | codec | format | what it preserves |
//! |---|---|---|
//! | [`TaggedJson`] | Flask's tagged JSON, in its session cookie | every value (a datetime to the second, in UTC) |
//! | [`PythonJson`] | Python's `json`, in itsdangerous' serializers | what JSON can represent, NaN and lone surrogates |
//! | [`Json`] | JSON as msgspec writes it, in Flask-Session | what JSON can represent |
//! | [`MsgPack`] | MessagePack as msgspec writes it, in Flask-Session; and Dewar's native dialect | what MessagePack can represent; the native dialect every value |
//! | [`Pickle`] | the plain data of Python's pickle, in cachelib and in Flask-Session before 0.7; never executed | every value |
//!
//! On no input does a codec panic, or allocate beyond its [`Limits`]. A codec can read what it writes: the limits apply in both directions. A
//! key that occurs twice has its first position and its last value, as in a Python dict.

mod error;
mod failing_key;
mod json;
mod limits;
mod msgpack;
#[cfg(feature = "flask")]
mod pickle;

use std::fmt::Debug;

pub use self::error::{DecodeError, EncodeError};
pub(crate) use self::json::loads;
#[cfg(feature = "flask")]
pub use self::json::{Json, PythonJson, TaggedJson};
pub use self::limits::Limits;
pub use self::msgpack::MsgPack;
#[cfg(feature = "flask")]
pub use self::pickle::Pickle;
use crate::value::{Map, Value};

/// A format for values, and so for sessions.
///
/// To write your own format, implement [`encode_value`](Self::encode_value) and [`decode_value`](Self::decode_value). A
/// [`Serializer`](crate::signing::Serializer) takes any codec.
pub trait Codec: Debug + Send + Sync {
    /// Encodes a value.
    ///
    /// # Errors
    ///
    /// If the value cannot be represented in the format, or exceeds the limits.
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError>;

    /// Decodes a value.
    ///
    /// # Errors
    ///
    /// If the bytes are not in the format, something follows the value, or they exceed the limits.
    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError>;

    /// Encodes a map, like [`encode_value`](Self::encode_value) of a [`Value::Map`]. Override it if the format can do without the copy.
    ///
    /// # Errors
    ///
    /// As [`encode_value`](Self::encode_value).
    fn encode_map(&self, map: &Map) -> Result<Vec<u8>, EncodeError> {
        self.encode_value(&Value::Map(map.clone()))
    }

    /// Encodes a session.
    ///
    /// # Errors
    ///
    /// See [`encode_value`](Self::encode_value). [`EncodeError::InKey`] names the key whose value cannot be represented in the format.
    fn encode(&self, data: &Map) -> Result<Vec<u8>, EncodeError> {
        let write = |data: &Map| self.encode_map(data);
        write(data).map_err(|error| failing_key::name(data, error, write))
    }

    /// Decodes a session.
    ///
    /// # Errors
    ///
    /// See [`decode_value`](Self::decode_value). [`DecodeError::NotAMap`] if the value is not a map.
    fn decode(&self, bytes: &[u8]) -> Result<Map, DecodeError> {
        match self.decode_value(bytes)? {
            Value::Map(map) => Ok(map),
            // In Python, keys need not be text.
            Value::Pairs(pairs) => Ok(Map::from_pairs(pairs)),
            _ => Err(DecodeError::NotAMap),
        }
    }
}
