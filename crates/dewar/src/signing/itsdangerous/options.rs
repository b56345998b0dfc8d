//! The options of a serializer, in addition to its keys and its codec.

use super::mac::{Digest, KeyDerivation};
use super::signer::SignerOptions;
use super::timed::TimestampOptions;

/// How a serializer signs, and what it accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerializerOptions {
    /// How tokens are signed.
    pub signer: SignerOptions,
    /// Other ways of signing that are accepted when reading: itsdangerous' `fallback_signers`. Each is tried with every key.
    ///
    /// itsdangerous 1.1 reads the SHA-512 tokens of 1.0 in this way.
    pub fallback_signers: Vec<SignerOptions>,
    /// How timestamps are read. Serializers without timestamps ignore this.
    pub timestamps: TimestampOptions,
    /// The limits above which a token is not read.
    pub limits: Limits,
}

/// The limits of a serializer for reading. Writing has no limit here, since cookies and codecs have their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest token, in bytes.
    pub token: usize,
    /// The largest number of bytes to which a payload may decompress. It is checked during decompression.
    pub inflated: usize,
}

impl Default for SerializerOptions {
    /// The defaults of itsdangerous 2.2: salt `itsdangerous`, SHA-1, django-concat, no fallback.
    fn default() -> Self {
        Self {
            signer: SignerOptions { salt: b"itsdangerous".to_vec(), ..SignerOptions::default() },
            fallback_signers: Vec::new(),
            timestamps: TimestampOptions::default(),
            limits: Limits::default(),
        }
    }
}

impl SerializerOptions {
    /// The defaults of itsdangerous, with this salt, for tokens with one purpose.
    #[must_use]
    pub fn with_salt(salt: impl Into<Vec<u8>>) -> Self {
        let signer = SignerOptions { salt: salt.into(), ..SignerOptions::default() };
        Self { signer, ..Self::default() }
    }

    /// The options of Flask's session cookie: salt `cookie-session`, SHA-1, keys derived with HMAC, 4096 bytes.
    #[must_use]
    pub fn flask() -> Self {
        let signer = SignerOptions {
            salt: b"cookie-session".to_vec(),
            separator: b".".to_vec(),
            key_derivation: KeyDerivation::Hmac,
            digest: Digest::Sha1,
        };
        Self { signer, limits: Limits::cookie(), ..Self::default() }
    }
}

impl Limits {
    /// The limits for a cookie: 4096 bytes, the longest that browsers accept (RFC 6265bis §5.6), decompressed at most 256 KiB.
    #[must_use]
    pub const fn cookie() -> Self {
        Self { token: 4096, inflated: 256 << 10 }
    }
}

impl Default for Limits {
    /// 64 KiB, decompressed at most 256 KiB.
    fn default() -> Self {
        Self { token: 64 << 10, inflated: 256 << 10 }
    }
}
