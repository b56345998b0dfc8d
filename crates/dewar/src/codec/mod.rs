//! A [`Map`] to bytes and back.
//!
//! | codec | is | keeps |
//! |---|---|---|
//! | [`TaggedJson`] | Flask's own, of its session cookie | every value (a datetime to the second, in UTC) |
//! | [`PythonJson`] | Python's `json`, of itsdangerous' own serializers | what JSON has, NaN and lone surrogates |
//! | [`Json`] | JSON as msgspec writes it, of Flask-Session | what JSON has |
//! | [`MsgPack`] | MessagePack as msgspec writes it, of Flask-Session; and Dewar's own dialect | much; the own dialect everything |
//! | [`Pickle`] | the plain data of Python's pickle, of cachelib and of Flask-Session before 0.7; never executed | every value |
//!
//! No codec panics or allocates beyond its [`Limits`] on any input, and what one writes it also reads: the limits hold in
//! both directions. A key that comes twice counts the last time and stands where it stood first, as in a Python dict.

mod blame;
mod error;
mod json;
mod json_text;
mod limits;
mod msgpack;
mod pickle;
mod python_json;
mod tagged_json;

use std::fmt::Debug;

pub use self::error::{DecodeError, EncodeError};
pub use self::json::Json;
pub use self::limits::Limits;
pub use self::msgpack::MsgPack;
pub use self::pickle::Pickle;
pub use self::python_json::PythonJson;
pub use self::tagged_json::TaggedJson;
use crate::value::Map;

/// How a session becomes bytes.
pub trait Codec: Debug + Send + Sync {
    /// The bytes of a session.
    ///
    /// # Errors
    ///
    /// If the format has no word for a value ([`EncodeError::InKey`] names its key), or the bytes would be beyond the limits.
    fn encode(&self, data: &Map) -> Result<Vec<u8>, EncodeError>;

    /// The session of these bytes.
    ///
    /// # Errors
    ///
    /// If they are not of the format, hold something other than a map, or are beyond the limits.
    fn decode(&self, bytes: &[u8]) -> Result<Map, DecodeError>;
}
