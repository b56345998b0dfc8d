//! The signer: a value and its signature.

use std::fmt;

use super::encoding;
use super::errors::{BadSignature, SeparatorError};
use super::mac::{Digest, KeyDerivation, KeyedMac, Tag};
use crate::signing::{KeyAge, SecretKeys};

/// The options of a [`Signer`], in addition to its keys. The default is that of itsdangerous 2.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerOptions {
    /// The purpose of the tokens: tokens with one salt are invalid with another salt. It is not a secret.
    pub salt: Vec<u8>,
    /// The separator between the value and the signature.
    pub separator: Vec<u8>,
    /// How signing keys are derived from the secret keys and the salt.
    pub key_derivation: KeyDerivation,
    /// The hash function of the HMAC.
    pub digest: Digest,
}

impl Default for SignerOptions {
    fn default() -> Self {
        Self {
            salt: b"itsdangerous.Signer".to_vec(),
            separator: b".".to_vec(),
            key_derivation: KeyDerivation::default(),
            digest: Digest::default(),
        }
    }
}

/// Signs and verifies bytes: itsdangerous' `Signer`.
///
/// The signature proves that a holder of the key wrote the value. Anyone can read the value. `Debug` does not show the keys.
///
/// ```
/// # use dewar::signing::{BadSignature, SecretKeys, Signer, SignerOptions};
/// let keys = SecretKeys::accepting_weak("secret-key")?;
/// let signer = Signer::new(&keys, SignerOptions { salt: b"newsletter".to_vec(), ..Default::default() })?;
/// let token = signer.sign(b"zoe@example.org");
/// assert_eq!(signer.unsign(&token)?.value, b"zoe@example.org");
/// assert_eq!(signer.unsign(b"eve@example.org.AAAA"), Err(BadSignature::Mismatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    separator: Vec<u8>,
    newest: KeyedMac,
    older: Vec<KeyedMac>,
}

/// A value whose signature is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsigned<'t> {
    /// What was signed, as it is in the token.
    pub value: &'t [u8],
    /// Which key signed it.
    pub key: KeyAge,
}

impl Signer {
    /// Makes a signer for one purpose. The keys are derived once, here.
    ///
    /// # Errors
    /// [`SeparatorError`] if the separator could be part of a signature.
    #[expect(clippy::expect_used, reason = "SecretKeys holds at least one key, by its constructor")]
    pub fn new(keys: &SecretKeys, options: SignerOptions) -> Result<Self, SeparatorError> {
        let SignerOptions { salt, separator, key_derivation, digest } = options;
        check(&separator)?;
        let mut keyed = keys.iter().map(|key| KeyedMac::new(key, &salt, key_derivation, digest));
        let newest = keyed.next().expect("SecretKeys holds at least one key");
        Ok(Self { separator, newest, older: keyed.collect() })
    }

    /// Returns the token: the value, the separator, and the signature with the newest key.
    #[must_use]
    pub fn sign(&self, value: &[u8]) -> Vec<u8> {
        let mut token = Vec::with_capacity(value.len() + self.overhead());
        token.extend_from_slice(value);
        self.sign_in_place(&mut token);
        token
    }

    /// Converts the value in the buffer to its token, like [`sign`](Self::sign) without a copy.
    pub fn sign_in_place(&self, value: &mut Vec<u8>) {
        let mut tag: Tag = [0; 64];
        let tag = self.newest.tag(value, &mut tag);
        value.extend_from_slice(&self.separator);
        encoding::append_base64(value, tag);
    }

    /// Returns only the signature of a value.
    #[must_use]
    pub fn signature(&self, value: &[u8]) -> String {
        encoding::base64_encode(self.newest.tag(value, &mut [0; 64]))
    }

    /// Returns which key made this signature of this value; `None` if none of them did, or if the signature is not canonical base64.
    ///
    /// The keys are tried in turn, newest first, and signatures are compared in constant time.
    #[must_use]
    pub fn verify_signature(&self, value: &[u8], signature: &[u8]) -> Option<KeyAge> {
        let mut tag: Tag = [0; 64];
        let tag = encoding::base64_decode_into(signature, &mut tag).ok()?;
        if self.newest.verify(value, tag) {
            return Some(KeyAge::Newest);
        }
        self.older.iter().any(|key| key.verify(value, tag)).then_some(KeyAge::Older)
    }

    /// Returns the value of a token: everything before the last separator, if what follows is its signature.
    ///
    /// # Errors
    /// [`BadSignature::NoSeparator`] or [`BadSignature::Mismatch`].
    pub fn unsign<'t>(&self, token: &'t [u8]) -> Result<Unsigned<'t>, BadSignature> {
        let (value, signature) = rsplit_once(token, &self.separator).ok_or(BadSignature::NoSeparator)?;
        let key = self.verify_signature(value, signature).ok_or(BadSignature::Mismatch)?;
        Ok(Unsigned { value, key })
    }

    /// Whether the signature of a token is valid.
    #[must_use]
    pub fn validate(&self, token: &[u8]) -> bool {
        self.unsign(token).is_ok()
    }

    /// How many bytes a token can be longer than its value.
    pub(super) fn overhead(&self) -> usize {
        self.separator.len() + MAX_SIGNATURE
    }

    /// The separator between the value and the signature.
    #[must_use]
    pub fn separator(&self) -> &[u8] {
        &self.separator
    }
}

/// The length of the longest signature.
const MAX_SIGNATURE: usize = 86;

/// Splits a token at the last separator.
pub(super) fn rsplit_once<'t>(token: &'t [u8], separator: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = match separator {
        [byte] => token.iter().rposition(|each| each == byte)?,
        _ => token.windows(separator.len().max(1)).rposition(|window| window == separator)?,
    };
    Some((token.get(..at)?, token.get(at + separator.len()..)?))
}

/// Checks that the separator has a character that cannot be part of a signature, so that the last separator in a token is the one before the
/// signature.
fn check(separator: &[u8]) -> Result<(), SeparatorError> {
    let in_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_=".contains(byte);
    if separator.iter().all(in_base64) { Err(SeparatorError::InSignature) } else { Ok(()) }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("separator", &String::from_utf8_lossy(&self.separator))
            .field("keys", &(1 + self.older.len()))
            .finish_non_exhaustive()
    }
}
