//! The settings of a serializer, beside its keys and its codec.

use super::mac::{Digest, KeyDerivation};
use super::signer::SignerOptions;
use super::timed::TimestampOptions;

/// How a serializer signs, and what it accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerializerOptions {
    /// How tokens are signed.
    pub signer: SignerOptions,
    /// Other ways in which tokens may be signed, for reading only: itsdangerous' `fallback_signers`. Each is
    /// tried with every key.
    ///
    /// itsdangerous 1.1 reads the SHA-512 tokens of 1.0 in this way.
    pub fallback_signers: Vec<SignerOptions>,
    /// How timestamps are read; ignored by serializers without them.
    pub timestamps: TimestampOptions,
    /// What is refused unread.
    pub limits: Limits,
}

/// The largest tokens that a serializer reads. Writing has no limit here: cookies and codecs have their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest token that is read, in bytes.
    pub token: usize,
    /// The most bytes that a compressed payload may inflate to; checked while it inflates.
    pub inflated: usize,
}

impl Default for SerializerOptions {
    /// Those of itsdangerous 2.2: salt `itsdangerous`, SHA-1, django-concat, no fallback.
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
    /// Those of itsdangerous, for tokens of one purpose.
    #[must_use]
    pub fn with_salt(salt: impl Into<Vec<u8>>) -> Self {
        let signer = SignerOptions { salt: salt.into(), ..SignerOptions::default() };
        Self { signer, ..Self::default() }
    }

    /// Those of Flask's session cookie: salt `cookie-session`, SHA-1, keys derived by HMAC, 4096 bytes.
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
    /// 4096 bytes, the longest cookie that a browser keeps (RFC 6265bis §5.6), inflated to 256 KiB.
    #[must_use]
    pub const fn cookie() -> Self {
        Self { token: 4096, inflated: 256 << 10 }
    }
}

impl Default for Limits {
    /// 64 KiB, inflated to 256 KiB.
    fn default() -> Self {
        Self { token: 64 << 10, inflated: 256 << 10 }
    }
}
