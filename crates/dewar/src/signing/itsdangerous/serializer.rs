//! Serializers: values in signed tokens. The four serializers of itsdangerous are one type here, with a signer and a payload form as parameters.

use std::marker::PhantomData;
use std::time::Duration;

use super::errors::{BadData, BadPayload, BadSignature, SeparatorError};
use super::options::{Limits, SerializerOptions};
use super::payload::{PayloadForm, Raw, UrlSafe};
use super::signer::{Signer, SignerOptions, Unsigned};
use super::timed::{Signed, TimestampOptions, TimestampSigner};
use crate::clock::UnixTime;
use crate::codec::{self, Codec, DecodeError, EncodeError, PythonJson, TaggedJson};
use crate::signing::{KeyAge, SecretKeys};
use crate::value::{Map, Value};

/// Converts values to signed tokens and back, with a signer `S`, a payload form `P` and a codec `C`.
///
/// It has four aliases with the names of itsdangerous: [`Serializer`], [`TimedSerializer`], [`UrlSafeSerializer`] and [`UrlSafeTimedSerializer`].
#[derive(Debug, Clone)]
pub struct GenericSerializer<S, P, C> {
    signer: S,
    fallbacks: Vec<S>,
    codec: C,
    limits: Limits,
    form: PhantomData<P>,
}

/// Converts a value to a signed token and back: itsdangerous' `Serializer`.
///
/// The token is the codec's text, a dot and the signature. It can be used in a URL or a cookie only if that text can.
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
pub type Serializer<C> = GenericSerializer<Signer, Raw, C>;

/// Converts a value with the current time to a signed token and back: itsdangerous' `TimedSerializer`.
pub type TimedSerializer<C> = GenericSerializer<TimestampSigner, Raw, C>;

/// Converts a value to a signed token of `A-Za-z0-9_-.` and back: itsdangerous' `URLSafeSerializer`.
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
pub type UrlSafeSerializer<C> = GenericSerializer<Signer, UrlSafe, C>;

/// Converts a value with the current time to a signed token of `A-Za-z0-9_-.` and back: itsdangerous' `URLSafeTimedSerializer`.
///
/// [`flask`](UrlSafeTimedSerializer::flask) makes the one for Flask's session cookie.
pub type UrlSafeTimedSerializer<C> = GenericSerializer<TimestampSigner, UrlSafe, C>;

/// The serializer of Flask's session cookie, made by [`UrlSafeTimedSerializer::flask`].
pub type FlaskSerializer = UrlSafeTimedSerializer<TaggedJson>;

/// The contents of a token with a timestamp.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<T = Value> {
    /// What was signed.
    pub data: T,
    /// When it was signed, in whole seconds.
    pub signed_at: UnixTime,
    /// Which key signed it. `Newest` means the newest key and not a fallback signer.
    pub key: KeyAge,
}

/// A session from a token with a timestamp.
pub type LoadedMap = Loaded<Map>;

impl UrlSafeSerializer<PythonJson> {
    /// itsdangerous' `URLSafeSerializer(secret_key, salt=salt)`.
    #[must_use]
    pub fn json(keys: &SecretKeys, salt: &str) -> Self {
        with_dot(Self::new(keys, PythonJson::compact(), SerializerOptions::with_salt(salt)))
    }
}

impl UrlSafeTimedSerializer<PythonJson> {
    /// itsdangerous' `URLSafeTimedSerializer(secret_key, salt=salt)`.
    #[must_use]
    pub fn json(keys: &SecretKeys, salt: &str) -> Self {
        with_dot(Self::new(keys, PythonJson::compact(), SerializerOptions::with_salt(salt)))
    }
}

impl FlaskSerializer {
    /// The serializer that Flask uses for its session cookie: tagged JSON and [`SerializerOptions::flask`].
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
        let codec = TaggedJson { limits: codec::Limits::cookie(), ..TaggedJson::default() };
        with_dot(Self::new(keys, codec, SerializerOptions::flask()))
    }
}

#[expect(clippy::expect_used, reason = "a dot is in no signature, and it is text")]
fn with_dot<T>(serializer: Result<T, SeparatorError>) -> T {
    serializer.expect("a dot separates")
}

impl<S: TokenSigner, P: PayloadForm, C> GenericSerializer<S, P, C> {
    /// A serializer for one purpose.
    ///
    /// # Errors
    /// [`SeparatorError`] if a separator could be part of a signature, or is not text in a URL-safe token.
    pub fn new(keys: &SecretKeys, codec: C, options: SerializerOptions) -> Result<Self, SeparatorError> {
        let SerializerOptions { signer, fallback_signers, timestamps, limits } = options;
        P::check_separator(&signer.separator)?;
        let build = |options| S::build(keys, options, timestamps);
        let fallbacks = fallback_signers.into_iter().map(build).collect::<Result<_, _>>()?;
        Ok(Self { signer: build(signer)?, fallbacks, codec, limits, form: PhantomData })
    }

    /// The codec for the values.
    #[must_use]
    pub fn codec(&self) -> &C {
        &self.codec
    }

    fn wrap(&self, bytes: Vec<u8>) -> Vec<u8> {
        P::wrap(bytes, self.signer.overhead())
    }

    fn decode<T>(
        &self,
        payload: &[u8],
        decode: impl Fn(&C, &[u8]) -> Result<T, DecodeError>,
    ) -> Result<T, BadData> {
        let bytes = P::unwrap(payload, self.limits.inflated)?;
        Ok(decode(&self.codec, &bytes).map_err(BadPayload::Decode)?)
    }

    /// Tries each signer in turn. The signer whose signature matches decides, even if the token is too old.
    fn unsign<T: Verified>(
        &self,
        token: &[u8],
        unsign: impl Fn(&S) -> Result<T, BadSignature>,
    ) -> Result<T, BadData> {
        let (length, limit) = (token.len(), self.limits.token);
        if length > limit {
            return Err(BadData::TooLong { length, limit });
        }
        let error = match unsign(&self.signer) {
            Ok(value) => return Ok(value),
            Err(error @ (BadSignature::Mismatch | BadSignature::NoSeparator)) => error,
            Err(error) => return Err(error.into()),
        };
        for fallback in &self.fallbacks {
            match unsign(fallback) {
                Ok(value) => return Ok(value.with_older_key()),
                Err(BadSignature::Mismatch | BadSignature::NoSeparator) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(error.into())
    }
}

impl<P: PayloadForm, C: Codec> GenericSerializer<Signer, P, C> {
    /// Returns the token of a value.
    ///
    /// # Errors
    /// If the value cannot be represented in the codec's format.
    pub fn dumps(&self, value: &Value) -> Result<P::Token, EncodeError> {
        let mut token = self.wrap(self.codec.encode_value(value)?);
        self.signer.sign_in_place(&mut token);
        Ok(P::token(token))
    }

    /// Returns the value of a token.
    ///
    /// # Errors
    /// Any [`BadData`]. The payload is read only if the signature is valid.
    pub fn loads(&self, token: &[u8]) -> Result<Value, BadData> {
        let unsigned = self.unsign(token, |signer| signer.unsign(token))?;
        self.decode(unsigned.value, C::decode_value)
    }
}

impl<P: PayloadForm, C: Codec> GenericSerializer<TimestampSigner, P, C> {
    /// Returns the token of a value.
    ///
    /// # Errors
    /// If the value cannot be represented in the codec's format.
    pub fn dumps(&self, value: &Value, now: UnixTime) -> Result<P::Token, EncodeError> {
        Ok(self.dump(self.codec.encode_value(value)?, now))
    }

    /// Returns the token of a session.
    ///
    /// # Errors
    /// If a value cannot be represented in the codec's format.
    pub fn dump_map(&self, data: &Map, now: UnixTime) -> Result<P::Token, EncodeError> {
        Ok(self.dump(self.codec.encode(data)?, now))
    }

    /// Returns the value of a token that was signed at most `max_age` ago; see [`TimestampSigner::unsign`].
    ///
    /// # Errors
    /// Any [`BadData`]. The payload is read only if the signature and the age are valid.
    pub fn loads(&self, token: &[u8], now: UnixTime, max_age: Option<Duration>) -> Result<Value, BadData> {
        self.loads_with_timestamp(token, now, max_age).map(|loaded| loaded.data)
    }

    /// Returns the value of a token and when it was signed, like itsdangerous' `return_timestamp=True`.
    ///
    /// # Errors
    /// See [`loads`](Self::loads).
    pub fn loads_with_timestamp(
        &self,
        token: &[u8],
        now: UnixTime,
        max_age: Option<Duration>,
    ) -> Result<Loaded, BadData> {
        self.load(token, now, max_age, C::decode_value)
    }

    /// Returns the session of a token that was signed at most `max_age` ago.
    ///
    /// The checks are, in this order: length, signature over the received bytes, age, base64, zlib, codec. Each step sees only what passed the
    /// step before.
    ///
    /// # Errors
    /// Any [`BadData`].
    pub fn load_map(
        &self,
        token: &[u8],
        now: UnixTime,
        max_age: Option<Duration>,
    ) -> Result<LoadedMap, BadData> {
        self.load(token, now, max_age, C::decode)
    }

    fn dump(&self, bytes: Vec<u8>, now: UnixTime) -> P::Token {
        let mut token = self.wrap(bytes);
        self.signer.sign_in_place(&mut token, now);
        P::token(token)
    }

    fn load<T>(
        &self,
        token: &[u8],
        now: UnixTime,
        max_age: Option<Duration>,
        decode: impl Fn(&C, &[u8]) -> Result<T, DecodeError>,
    ) -> Result<Loaded<T>, BadData> {
        let signed = self.unsign(token, |signer| signer.unsign(token, now, max_age))?;
        let data = self.decode(signed.value, decode)?;
        Ok(Loaded { data, signed_at: signed.signed_at, key: signed.key })
    }
}

/// A signer, with or without timestamps.
pub trait TokenSigner: Sized {
    fn build(
        keys: &SecretKeys,
        signer: SignerOptions,
        timestamps: TimestampOptions,
    ) -> Result<Self, SeparatorError>;

    /// How many bytes a token can be longer than its payload.
    fn overhead(&self) -> usize;
}

impl TokenSigner for Signer {
    fn build(keys: &SecretKeys, signer: SignerOptions, _: TimestampOptions) -> Result<Self, SeparatorError> {
        Self::new(keys, signer)
    }

    fn overhead(&self) -> usize {
        Signer::overhead(self)
    }
}

impl TokenSigner for TimestampSigner {
    fn build(
        keys: &SecretKeys,
        signer: SignerOptions,
        timestamps: TimestampOptions,
    ) -> Result<Self, SeparatorError> {
        Self::new(keys, signer, timestamps)
    }

    fn overhead(&self) -> usize {
        TimestampSigner::overhead(self)
    }
}

/// The result of a signer, which says which key made the signature.
trait Verified {
    fn with_older_key(self) -> Self;
}

impl Verified for Unsigned<'_> {
    fn with_older_key(self) -> Self {
        Self { key: KeyAge::Older, ..self }
    }
}

impl Verified for Signed<'_> {
    fn with_older_key(self) -> Self {
        Self { key: KeyAge::Older, ..self }
    }
}
