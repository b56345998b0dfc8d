//! Tokens that cannot be forged: sealed (encrypted) ones, and with the feature `flask` those of itsdangerous 2.2.
//!
//! A sealed token ([`Sealer`]) can only be read and made with a secret key.
#![cfg_attr(feature = "flask", doc = include_str!("itsdangerous.md"))]

#[cfg(feature = "flask")]
mod itsdangerous;
mod keys;
mod sealed;
pub mod secret;

#[cfg(feature = "flask")]
pub use self::itsdangerous::{
    BadData, BadPayload, BadSignature, Digest, FlaskSerializer, GenericSerializer, KeyDerivation, Limits,
    Loaded, LoadedMap, NotBase64, Raw, SeparatorError, Serializer, SerializerOptions, Signed, Signer,
    SignerOptions, TimedSerializer, TimestampOptions, TimestampSigner, Unsigned, Unverified, UrlSafe,
    UrlSafeSerializer, UrlSafeTimedSerializer, base64_decode, base64_encode, bytes_to_int, decode_payload,
    inspect, int_to_bytes,
};
pub use self::keys::{KeyAge, SecretKeys};
pub(crate) use self::sealed::Unsealed;
pub use self::sealed::{BadSeal, MIN_SEALING_KEY, Opened, Sealer, SealerError, looks_sealed};
pub use self::secret::WeakSecret;
