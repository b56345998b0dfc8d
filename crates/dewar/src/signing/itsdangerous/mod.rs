//! itsdangerous 2.2: signer, timestamp signer, serializers.

mod deflate;
mod encoding;
mod errors;
mod mac;
mod options;
mod payload;
mod serializer;
mod signer;
mod timed;
mod zlib;

#[cfg(test)]
mod tests;

pub use self::encoding::{NotBase64, base64_decode, base64_encode, bytes_to_int, int_to_bytes};
pub use self::errors::{BadData, BadPayload, BadSignature, SeparatorError};
pub use self::mac::{Digest, KeyDerivation};
pub use self::options::{Limits, SerializerOptions};
pub use self::payload::{Raw, UrlSafe, decode_payload};
pub use self::serializer::{
    FlaskSerializer, GenericSerializer, Loaded, LoadedMap, Serializer, TimedSerializer, UrlSafeSerializer,
    UrlSafeTimedSerializer,
};
pub use self::signer::{Signer, SignerOptions, Unsigned};
pub use self::timed::{Signed, TimestampOptions, TimestampSigner, Unverified, inspect};
