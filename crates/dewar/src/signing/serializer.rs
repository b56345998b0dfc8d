//! Values whose codec's bytes stand in the token as they are.

use std::fmt;
use std::time::Duration;

use super::SecretKeys;
use super::base::Base;
use super::envelope::BadPayload;
use super::errors::{BadData, SeparatorError};
use super::options::SerializerOptions;
use super::signer::{KeyAge, Signer};
use super::timed::TimestampSigner;
use crate::clock::UnixTime;
use crate::codec::{DecodeError, EncodeError, PythonJson, TaggedJson};
use crate::value::Value;

/// What turns any value into bytes and back: the `serializer` argument of itsdangerous.
pub trait ValueCodec: fmt::Debug {
    /// The bytes of a value.
    ///
    /// # Errors
    /// If the format has no word for it.
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError>;

    /// The value of these bytes, which somebody who knows a key has signed.
    ///
    /// # Errors
    /// If they are not of the format.
    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError>;
}

/// A value to a signed token and back: itsdangerous' `Serializer`.
///
/// The token is the codec's text, a dot and the signature, and as little fit for a URL or a cookie as that text is.
///
/// ```
/// # use dewar::codec::PythonJson;
/// # use dewar::signing::{SecretKeys, Serializer, SerializerOptions};
/// # use dewar::value::Value;
/// let keys = SecretKeys::accepting_weak("secret-key")?;
/// let serializer = Serializer::new(&keys, PythonJson::default(), SerializerOptions::with_salt("activate"))?;
/// let token = serializer.dumps(&Value::List(vec![1.into(), 2.into(), 3.into(), 4.into()]))?;
/// assert_eq!(token, b"[1, 2, 3, 4].y-GEyIsFqhTdFyuTOm3pKE3D0cM");
/// assert!(serializer.loads(&token).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Serializer<C> {
    base: Base<Signer, C>,
}

/// A value and the time to a signed token and back: itsdangerous' `TimedSerializer`.
#[derive(Debug, Clone)]
pub struct TimedSerializer<C> {
    base: Base<TimestampSigner, C>,
}

/// What was in a token that bears a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<T = Value> {
    /// What was signed.
    pub data: T,
    /// When it was signed: whole seconds.
    pub signed_at: UnixTime,
    /// Whether it was signed as it would be today: with the newest key, and not by a fallback signer.
    pub key: KeyAge,
}

impl<C: ValueCodec> Serializer<C> {
    /// A serializer for one purpose.
    ///
    /// # Errors
    /// [`SeparatorError`] if a separator cannot be told from the letters of a signature.
    pub fn new(keys: &SecretKeys, codec: C, options: SerializerOptions) -> Result<Self, SeparatorError> {
        Ok(Self { base: Base::untimed(keys, codec, options)? })
    }

    /// The token of a value.
    ///
    /// # Errors
    /// If the codec has no word for it.
    pub fn dumps(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        let mut token = self.base.codec.encode_value(value)?;
        self.base.signer.sign_in_place(&mut token);
        Ok(token)
    }

    /// The value of a token.
    ///
    /// # Errors
    /// Any of [`BadData`]; the payload is looked at only when the signature is good.
    pub fn loads(&self, token: &[u8]) -> Result<Value, BadData> {
        let unsigned = self.base.unsign(token, |signer| signer.unsign(token))?;
        Ok(self.base.codec.decode_value(unsigned.value).map_err(BadPayload::Decode)?)
    }
}

impl<C: ValueCodec> TimedSerializer<C> {
    /// A serializer for one purpose.
    ///
    /// # Errors
    /// [`SeparatorError`] if a separator cannot be told from the letters of a signature.
    pub fn new(keys: &SecretKeys, codec: C, options: SerializerOptions) -> Result<Self, SeparatorError> {
        Ok(Self { base: Base::timed(keys, codec, options)? })
    }

    /// The token of a value.
    ///
    /// # Errors
    /// If the codec has no word for it.
    pub fn dumps(&self, value: &Value, now: UnixTime) -> Result<Vec<u8>, EncodeError> {
        let mut token = self.base.codec.encode_value(value)?;
        self.base.signer.sign_in_place(&mut token, now);
        Ok(token)
    }

    /// The value of a token that was signed at most `max_age` ago; see [`TimestampSigner::unsign`].
    ///
    /// # Errors
    /// Any of [`BadData`]; the payload is looked at only when signature and age are good.
    pub fn loads(&self, token: &[u8], now: UnixTime, max_age: Option<Duration>) -> Result<Value, BadData> {
        self.loads_with_timestamp(token, now, max_age).map(|loaded| loaded.data)
    }

    /// The value of a token and when it was signed: itsdangerous' `return_timestamp=True`.
    ///
    /// # Errors
    /// As [`loads`](Self::loads).
    pub fn loads_with_timestamp(
        &self,
        token: &[u8],
        now: UnixTime,
        max_age: Option<Duration>,
    ) -> Result<Loaded, BadData> {
        let signed = self.base.unsign(token, |signer| signer.unsign(token, now, max_age))?;
        let data = self.base.codec.decode_value(signed.value).map_err(BadPayload::Decode)?;
        Ok(Loaded { data, signed_at: signed.signed_at, key: signed.key })
    }
}

macro_rules! value_codecs {
    ($($codec:ty),*) => {$(
        impl ValueCodec for $codec {
            fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
                Self::encode_value(self, value)
            }

            fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
                Self::decode_value(self, bytes)
            }
        }
    )*};
}

value_codecs! { PythonJson, TaggedJson }
