//! Bytes to a text that nobody can forge, and back: itsdangerous 2.2 in Rust.
//!
//! A signed token can be given to anybody: to a browser as a cookie, to a mailbox as a link. Whoever has it can read it, but only
//! who knows a secret key can make one. What itsdangerous signs is read here, and the other way round; Flask's session cookie is
//! one such token.
//!
//! # Signer or serializer?
//!
//! | you have | and it may grow old | and it must not |
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
//! Every key is mixed with the salt before it signs, so a token for one purpose is nothing to another: the link that confirms a
//! newsletter does not reset a password, though both hold the number 42. Give each purpose a salt of its own. It is no secret,
//! and need not be random.
//!
//! # Changing the key
//!
//! The newest of the [`SecretKeys`] signs, every one verifies. Each answer tells by its [`KeyAge`] whether it is time to sign anew.
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
//! # Why SHA-1 is spoken here
//!
//! Because Flask and itsdangerous speak it. What is broken of SHA-1 is that two texts of one hash can be found; HMAC-SHA1 does not
//! rest on that, and nobody has forged one. It is still nothing to choose today: Dewar's own sealed cookies do without.
//!
//! # Where this differs from itsdangerous
//!
//! - Base64 is read strictly: one token, one text ([`base64_decode`]). itsdangerous never writes another.
//! - There is no `NoneAlgorithm`, whose signatures are empty, and no `loads_unsafe`; [`inspect`] shows what a token claims.
//! - Tokens and inflated payloads have a longest length ([`Limits`]).
//! - A separator wholly of base64 letters is refused even if they stand in another order than in the alphabet.
//! - A timestamp beyond the year 9999 is [`BadSignature::FromTheFuture`], where Python fails with an `OverflowError`.

mod base;
mod encoding;
mod envelope;
mod errors;
mod inspect;
mod keys;
mod mac;
mod options;
mod sealed;
pub mod secret;
mod serializer;
mod signer;
mod timed;
mod url_safe;
mod zlib;

#[cfg(test)]
mod tests;

pub use self::encoding::{NotBase64, base64_decode, base64_encode, bytes_to_int, int_to_bytes};
pub use self::envelope::{BadPayload, decode_payload};
pub use self::errors::{BadData, BadSignature, SeparatorError};
pub use self::inspect::{Unverified, inspect};
pub use self::keys::SecretKeys;
pub use self::mac::{Digest, KeyDerivation};
pub use self::options::{Limits, SerializerOptions};
pub use self::sealed::{BadSeal, MIN_SEALING_KEY, Opened, Sealer, SealerError, looks_sealed};
pub use self::secret::WeakSecret;
pub use self::serializer::{Loaded, Serializer, TimedSerializer, ValueCodec};
pub use self::signer::{KeyAge, Signer, SignerOptions, Unsigned};
pub use self::timed::{Signed, TimestampOptions, TimestampSigner};
pub use self::url_safe::{FlaskSerializer, LoadedMap, UrlSafeSerializer, UrlSafeTimedSerializer};
