//! Formats that turn a session into bytes and back.
//!
//! | codec | format | what it preserves |
//! |---|---|---|
//! | [`TaggedJson`] | Flask's tagged JSON, of its session cookie | every value (a datetime to the second, in UTC) |
//! | [`PythonJson`] | Python's `json`, of itsdangerous' own serializers | what JSON has, NaN and lone surrogates |
//! | [`Json`] | JSON as msgspec writes it, of Flask-Session | what JSON has |
//! | [`MsgPack`] | MessagePack as msgspec writes it, of Flask-Session; and Dewar's native dialect | what MessagePack has; the native dialect every value |
//! | [`Pickle`] | the plain data of Python's pickle, of cachelib and of Flask-Session before 0.7; never executed | every value |
//!
//! No codec panics or allocates beyond its [`Limits`] on any input. What a codec writes it can read: the
//! limits hold in both directions. A key that occurs twice has its first position and its last value, as in a
//! Python dict.

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

/// A format of bytes for values, and so for sessions.
///
/// A format of your own needs [`encode_value`](Self::encode_value) and [`decode_value`](Self::decode_value);
/// a [`Serializer`](crate::signing::Serializer) takes any codec.
pub trait Codec: Debug + Send + Sync {
    /// The bytes of a value.
    ///
    /// # Errors
    ///
    /// If the format cannot hold the value, or the bytes would be beyond the limits.
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError>;

    /// The value of these bytes.
    ///
    /// # Errors
    ///
    /// If they are not of the format, something follows the value, or they are beyond the limits.
    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError>;

    /// The bytes of a map; as [`encode_value`](Self::encode_value) of a [`Value::Map`], where a format can do
    /// without a copy.
    ///
    /// # Errors
    ///
    /// As [`encode_value`](Self::encode_value).
    fn encode_map(&self, map: &Map) -> Result<Vec<u8>, EncodeError> {
        self.encode_value(&Value::Map(map.clone()))
    }

    /// The bytes of a session.
    ///
    /// # Errors
    ///
    /// As [`encode_value`](Self::encode_value); [`EncodeError::InKey`] names the key of a value that the
    /// format cannot hold.
    fn encode(&self, data: &Map) -> Result<Vec<u8>, EncodeError> {
        let write = |data: &Map| self.encode_map(data);
        write(data).map_err(|error| failing_key::name(data, error, write))
    }

    /// The session of these bytes.
    ///
    /// # Errors
    ///
    /// As [`decode_value`](Self::decode_value); [`DecodeError::NotAMap`] for any other value.
    fn decode(&self, bytes: &[u8]) -> Result<Map, DecodeError> {
        match self.decode_value(bytes)? {
            Value::Map(map) => Ok(map),
            // Python also takes keys that are not text.
            Value::Pairs(pairs) => Ok(Map::from_pairs(pairs)),
            _ => Err(DecodeError::NotAMap),
        }
    }
}
