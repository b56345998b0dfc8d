//! Tokens that cannot be forged: itsdangerous 2.2 in Rust, and sealed (encrypted) tokens.
//!
//! A signed token can be given to anyone: to a browser as a cookie, to a mailbox as a link. Anyone can read
//! it, but only a holder of a secret key can make one. itsdangerous reads the tokens that are signed here,
//! and the other way round; Flask's session cookie is one of them. A sealed token ([`Sealer`]) can be read
//! only with the key.
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
//! A link that resets a password, good for an hour:
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
//!     Err(_) => println!("this is no link of ours"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The salt is the purpose
//!
//! Every key is mixed with the salt before it signs, so a token for one purpose is invalid for another: the
//! link that confirms a newsletter does not reset a password, though both hold the number 42. Give each
//! purpose its own salt. It is not a secret and need not be random.
//!
//! # Changing the key
//!
//! The newest of the [`SecretKeys`] signs, all verify. The [`KeyAge`] of an answer says whether to sign
//! again.
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
//! Because Flask and itsdangerous use it. SHA-1 is broken in that collisions can be found; HMAC-SHA1 does not
//! depend on collision resistance, and no forgery is known. Do not choose it today: Dewar's sealed cookies do
//! not use it.
//!
//! # Where this differs from itsdangerous
//!
//! - Base64 is read strictly: each value has one spelling, the one that itsdangerous writes
//!   ([`base64_decode`]).
//! - There is no `NoneAlgorithm`, whose signatures are empty, and no `loads_unsafe`; [`inspect`] shows what a
//!   token claims.
//! - Tokens and inflated payloads have a maximum length ([`Limits`]).
//! - A separator made only of base64 letters is refused, whatever their order.
//! - A timestamp beyond the year 9999 is [`BadSignature::FromTheFuture`], where Python fails with an
//!   `OverflowError`.

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
