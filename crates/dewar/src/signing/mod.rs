//! Tokens that cannot be forged: itsdangerous 2.2 in Rust, and sealed (encrypted) tokens.
//!
//! You can give a signed token to anyone: to a browser as a cookie, or in an email as a link. Anyone can read it, but only a holder of a secret
//! key can make one. itsdangerous can read the tokens that are signed here, and these functions can read those of itsdangerous, including
//! Flask's session cookie. A sealed token ([`Sealer`]) can only be read with the key.
//!
//! # Signer or serializer?
//!
//! | you sign | without a time | with a time, to limit its age |
//! |---|---|---|
//! | bytes | [`Signer`] | [`TimestampSigner`] |
//! | a [`Value`](crate::value::Value), for a file or a header | [`Serializer`] | [`TimedSerializer`] |
//! | a [`Value`](crate::value::Value), for a URL or a cookie | [`UrlSafeSerializer`] | [`UrlSafeTimedSerializer`] |
//! | a session of Flask | | [`UrlSafeTimedSerializer::flask`] |
//!
//! A link to reset a password, valid for an hour:
//!
//! ```
//! use std::time::Duration;
//! use dewar::clock::Clock;
//! use dewar::signing::{BadData, BadSignature, SecretKeys, UrlSafeTimedSerializer};
//! use dewar::value::Value;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = SecretKeys::accepting_weak("the SECRET_KEY of the program")?;
//! let links = UrlSafeTimedSerializer::json(&keys, "reset-password");
//! let clock = Clock::system();
//! let token = links.dumps(&Value::Int(42), clock.now())?;
//!
//! let an_hour = Some(Duration::from_secs(3600));
//! match links.loads(token.as_bytes(), clock.now(), an_hour) {
//!     Ok(user) => assert_eq!(user, Value::Int(42)),
//!     Err(BadData::BadSignature(BadSignature::Expired { .. })) => println!("ask for another link"),
//!     Err(_) => println!("this link is not valid"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The salt is the purpose
//!
//! The signing key is derived from the secret key and the salt, so a token for one purpose is invalid for another: the link that confirms a
//! newsletter does not reset a password, even if both contain the number 42. Use a different salt for each purpose. It is not a secret, and need
//! not be random.
//!
//! # Changing the key
//!
//! The newest of the [`SecretKeys`] signs, all of them verify. The [`KeyAge`] of a result says whether you should sign again.
//!
//! ```
//! # use dewar::signing::{KeyAge, SecretKeys, Signer, SignerOptions};
//! let old = SecretKeys::accepting_weak("last year's")?;
//! let token = Signer::new(&old, SignerOptions::default())?.sign(b"42");
//!
//! let keys = SecretKeys::accepting_weak("this year's")?.with_fallback("last year's")?;
//! let signer = Signer::new(&keys, SignerOptions::default())?;
//! assert_eq!(signer.unsign(&token)?.key, KeyAge::Older);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Why SHA-1?
//!
//! Flask and itsdangerous use it. SHA-1 is broken, because collisions can be found, but HMAC-SHA1 does not depend on collision resistance, and
//! no forgery is known. Do not choose it for something new. Dewar's sealed cookies do not use it.
//!
//! # Where this differs from itsdangerous
//!
//! * Base64 is read strictly: for each value, only the text that itsdangerous writes is valid ([`base64_decode`]).
//! * There is no `NoneAlgorithm`, whose signatures are empty, and no `loads_unsafe`; use [`inspect`] to look at an unverified token.
//! * Tokens and decompressed payloads have a maximum length ([`Limits`]).
//! * A separator that consists only of base64 characters is refused.
//! * A timestamp after the year 9999 is [`BadSignature::FromTheFuture`]; Python fails with an `OverflowError`.

mod encoding;
mod itsdangerous;
mod keys;
mod sealed;
pub mod secret;

pub use self::encoding::{NotBase64, base64_decode, base64_encode, bytes_to_int, int_to_bytes};
pub use self::itsdangerous::{
    BadData, BadPayload, BadSignature, Digest, FlaskSerializer, GenericSerializer, KeyDerivation, Limits,
    Loaded, LoadedMap, Raw, SeparatorError, Serializer, SerializerOptions, Signed, Signer, SignerOptions,
    TimedSerializer, TimestampOptions, TimestampSigner, Unsigned, Unverified, UrlSafe, UrlSafeSerializer,
    UrlSafeTimedSerializer, decode_payload, inspect,
};
pub use self::keys::{KeyAge, SecretKeys};
pub use self::sealed::{BadSeal, MIN_SEALING_KEY, Opened, Sealer, SealerError, looks_sealed};
pub use self::secret::WeakSecret;
