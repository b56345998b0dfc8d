//! Bytes to a text that nobody can forge, and back.

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
