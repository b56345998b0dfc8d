//! Values in tokens that fit into a URL or a cookie, compressed if that makes them shorter.

use std::time::Duration;

use super::SecretKeys;
use super::base::Base;
use super::envelope::{self, BadPayload};
use super::errors::{BadData, SeparatorError};
use super::options::SerializerOptions;
use super::serializer::{Loaded, ValueCodec};
use super::signer::Signer;
use super::timed::TimestampSigner;
use crate::clock::UnixTime;
use crate::codec::{Codec, DecodeError, EncodeError, Limits, PythonJson, TaggedJson};
use crate::value::{Map, Value};

/// A value to a signed token of `A-Za-z0-9_-.` and back: itsdangerous' `URLSafeSerializer`.
///
/// ```
/// # use dewar::signing::{SecretKeys, UrlSafeSerializer};
/// # use dewar::value::Value;
/// let serializer = UrlSafeSerializer::json(&SecretKeys::accepting_weak("secret-key")?, "activate");
/// let token = serializer.dumps(&Value::List(vec![1.into(), 2.into(), 3.into(), 4.into()]))?;
/// assert_eq!(token, "WzEsMiwzLDRd.mDCZlbx-0-xd4KyYSUl3Qakdy_0");
/// assert!(serializer.loads(token.as_bytes()).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct UrlSafeSerializer<C> {
    base: Base<Signer, C>,
}

/// A value and the time to a signed token of `A-Za-z0-9_-.` and back: itsdangerous' `URLSafeTimedSerializer`.
///
/// With [`flask`](UrlSafeTimedSerializer::flask), the one of Flask's session cookie.
#[derive(Debug, Clone)]
pub struct UrlSafeTimedSerializer<C> {
    base: Base<TimestampSigner, C>,
}

/// The serializer of Flask's session cookie; made by [`UrlSafeTimedSerializer::flask`].
pub type FlaskSerializer = UrlSafeTimedSerializer<TaggedJson>;

/// A session out of a token.
pub type LoadedMap = Loaded<Map>;

impl UrlSafeSerializer<PythonJson> {
    /// itsdangerous' `URLSafeSerializer(secret_key, salt=salt)`.
    #[must_use]
    pub fn json(keys: &SecretKeys, salt: &str) -> Self {
        let options = SerializerOptions::with_salt(salt);
        dotted(Self::new(keys, PythonJson::compact(), options))
    }
}

impl UrlSafeTimedSerializer<PythonJson> {
    /// itsdangerous' `URLSafeTimedSerializer(secret_key, salt=salt)`.
    #[must_use]
    pub fn json(keys: &SecretKeys, salt: &str) -> Self {
        let options = SerializerOptions::with_salt(salt);
        dotted(Self::new(keys, PythonJson::compact(), options))
    }
}

impl FlaskSerializer {
    /// What Flask makes for its session cookie: tagged JSON and [`SerializerOptions::flask`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use dewar::{clock::UnixTime, value::{Map, Value}};
    /// # use dewar::signing::{SecretKeys, UrlSafeTimedSerializer};
    /// let flask = UrlSafeTimedSerializer::flask(&SecretKeys::accepting_weak("dev-secret")?);
    /// let now = UnixTime::from_seconds(1_709_210_096);
    /// let cookie = flask.dump_map(&Map::from([("a", Value::Int(1))]), now)?;
    /// assert_eq!(cookie, "eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U");
    /// let a_month = Some(Duration::from_secs(31 * 24 * 3600));
    /// assert_eq!(flask.load_map(cookie.as_bytes(), now, a_month)?.data.get("a"), Some(&Value::Int(1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn flask(keys: &SecretKeys) -> Self {
        let codec = TaggedJson { limits: Limits::cookie(), ..TaggedJson::default() };
        dotted(Self::new(keys, codec, SerializerOptions::flask()))
    }
}

impl<C> UrlSafeSerializer<C> {
    /// A serializer for one purpose.
    ///
    /// # Errors
    /// [`SeparatorError`] if a separator cannot be told from the letters of a signature, or is no text.
    pub fn new(keys: &SecretKeys, codec: C, options: SerializerOptions) -> Result<Self, SeparatorError> {
        check_text(&options)?;
        Ok(Self { base: Base::untimed(keys, codec, options)? })
    }
}

impl<C> UrlSafeTimedSerializer<C> {
    /// A serializer for one purpose.
    ///
    /// # Errors
    /// [`SeparatorError`] if a separator cannot be told from the letters of a signature, or is no text.
    pub fn new(keys: &SecretKeys, codec: C, options: SerializerOptions) -> Result<Self, SeparatorError> {
        check_text(&options)?;
        Ok(Self { base: Base::timed(keys, codec, options)? })
    }

    /// What writes and reads the values.
    #[must_use]
    pub fn codec(&self) -> &C {
        &self.base.codec
    }

    fn dump(&self, bytes: &[u8], now: UnixTime) -> String {
        let mut token = envelope::wrap(bytes, self.base.signer.overhead());
        self.base.signer.sign_in_place(&mut token, now);
        text(token)
    }

    fn load<T>(
        &self,
        token: &[u8],
        now: UnixTime,
        max_age: Option<Duration>,
        decode: impl Fn(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<Loaded<T>, BadData> {
        let signed = self.base.unsign(token, |signer| signer.unsign(token, now, max_age))?;
        let bytes = envelope::decode_payload(signed.value, self.base.limits.inflated)?;
        let data = decode(&bytes).map_err(BadPayload::Decode)?;
        Ok(Loaded { data, signed_at: signed.signed_at, key: signed.key })
    }
}

impl<C: ValueCodec> UrlSafeSerializer<C> {
    /// The token of a value.
    ///
    /// # Errors
    /// If the codec has no word for it.
    pub fn dumps(&self, value: &Value) -> Result<String, EncodeError> {
        let bytes = self.base.codec.encode_value(value)?;
        let mut token = envelope::wrap(&bytes, self.base.signer.overhead());
        self.base.signer.sign_in_place(&mut token);
        Ok(text(token))
    }

    /// The value of a token.
    ///
    /// # Errors
    /// Any of [`BadData`]; the payload is looked at only when the signature is good.
    pub fn loads(&self, token: &[u8]) -> Result<Value, BadData> {
        let unsigned = self.base.unsign(token, |signer| signer.unsign(token))?;
        let bytes = envelope::decode_payload(unsigned.value, self.base.limits.inflated)?;
        Ok(self.base.codec.decode_value(&bytes).map_err(BadPayload::Decode)?)
    }
}

impl<C: ValueCodec> UrlSafeTimedSerializer<C> {
    /// The token of a value.
    ///
    /// # Errors
    /// If the codec has no word for it.
    pub fn dumps(&self, value: &Value, now: UnixTime) -> Result<String, EncodeError> {
        Ok(self.dump(&self.base.codec.encode_value(value)?, now))
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
        self.load(token, now, max_age, |bytes| self.base.codec.decode_value(bytes))
    }
}

impl<C: Codec> UrlSafeTimedSerializer<C> {
    /// The token of a session.
    ///
    /// # Errors
    /// If the codec has no word for something in it.
    pub fn dump_map(&self, data: &Map, now: UnixTime) -> Result<String, EncodeError> {
        Ok(self.dump(&self.base.codec.encode(data)?, now))
    }

    /// The session of a token that was signed at most `max_age` ago.
    ///
    /// The order is: length, signature over the very bytes that came, age, base64, zlib, codec. Each step sees only what the
    /// one before it let through.
    ///
    /// # Errors
    /// Any of [`BadData`].
    pub fn load_map(
        &self,
        token: &[u8],
        now: UnixTime,
        max_age: Option<Duration>,
    ) -> Result<LoadedMap, BadData> {
        self.load(token, now, max_age, |bytes| self.base.codec.decode(bytes))
    }
}

fn check_text(options: &SerializerOptions) -> Result<(), SeparatorError> {
    let is_text = std::str::from_utf8(&options.signer.separator).is_ok();
    if is_text { Ok(()) } else { Err(SeparatorError::NotText) }
}

#[expect(clippy::expect_used, reason = "a dot is in no signature, and it is text")]
fn dotted<T>(serializer: Result<T, SeparatorError>) -> T {
    serializer.expect("a dot separates")
}

/// Base64, dots, and separators that [`check_text`] has seen are UTF-8.
#[expect(clippy::expect_used, reason = "all parts of the token are text")]
fn text(token: Vec<u8>) -> String {
    String::from_utf8(token).expect("all parts of the token are text")
}
