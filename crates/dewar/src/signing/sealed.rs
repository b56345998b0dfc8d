//! Sealed tokens: encrypted and authenticated, each for one purpose and one cookie.
//!
//! A token is URL-safe base64, without padding, of:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version of this format, 1 |
//! | 2 | the number of the key, which is derived from the key and reveals nothing about it |
//! | 12 | the nonce, random |
//! | n, the length of the plaintext | the ciphertext |
//! | 16 | the tag |
//!
//! The cipher is AES-256-GCM-SIV (RFC 8452). The version, the number of the key, the purpose and the name of the cookie are associated data.
//! Each purpose and name has its own key, derived with HKDF-SHA-256 (RFC 5869).
//!
//! Why this cipher: if a nonce repeats, for example after a virtual machine was cloned with the state of its generator, this reveals only
//! whether two plaintexts are equal, while AES-GCM would reveal its authentication key. A nonce of 12 bytes keeps the cookie small, and far more
//! than 2^32 random nonces are safe with one key (RFC 8452 §9). XAES-256-GCM allows as many with a nonce of 24 bytes, but does not tolerate a
//! repeated nonce.

use std::fmt;

use aes_gcm_siv::aead::Buffer;
use aes_gcm_siv::{AeadInOut, Aes256GcmSiv, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{KeyAge, SecretKeys};
use crate::random::{Random, RandomError};

#[cfg(test)]
mod tests;

/// The minimum length of a secret key for sealing, in bytes.
pub const MIN_SEALING_KEY: usize = 32;

const VERSION: u8 = 1;
/// AES-256-GCM-SIV with HKDF-SHA-256: the only suite of version 1.
const SUITE: u8 = 1;
const KEY_ID: usize = 2;
const NONCE: usize = 12;
const TAG: usize = 16;
/// Version, key number and nonce. The length is a multiple of three, so that the base64 of the header ends where that of the ciphertext starts.
const HEADER: usize = 1 + KEY_ID + NONCE;
const HEADER_TEXT: usize = HEADER / 3 * 4;
/// The length of the token of an empty plaintext.
const MIN_TOKEN: usize = HEADER_TEXT + (TAG * 4).div_ceil(3);
/// Browsers do not store a longer value.
const MAX_TOKEN: usize = 4096;

/// Encrypts and decrypts tokens for one purpose and one cookie. The newest key seals, every key opens.
///
/// The keys are derived once, when it is made. `Debug` does not show them, and they are wiped from memory when dropped.
///
/// ```
/// use dewar::random::Random;
/// use dewar::signing::{KeyAge, Sealer, SecretKeys};
///
/// # let secret = "correct horse battery staple, and 2 more words";
/// let keys = SecretKeys::accepting_weak(secret)?;
/// let sealer = Sealer::new(&keys, "session", "__Host-session")?;
/// let token = sealer.seal(b"attack at dawn", &Random::system())?;
/// let opened = sealer.open(token.as_bytes())?;
/// assert_eq!((&opened.plaintext[..], opened.key), (&b"attack at dawn"[..], KeyAge::Newest));
///
/// let other = Sealer::new(&keys, "session", "another_cookie")?;
/// assert!(other.open(token.as_bytes()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Sealer {
    newest: SealingKey,
    older: Vec<SealingKey>,
}

/// The contents of a token. `Debug` does not show the plaintext.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The bytes that were passed to [`Sealer::seal`].
    pub plaintext: Vec<u8>,
    /// Which key sealed it.
    pub key: KeyAge,
}

/// The error of a token that cannot be opened. Do not tell a client which of these it was: there is simply no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BadSeal {
    /// The token is longer than any cookie.
    TooLong,
    /// The token is shorter than any sealed token.
    TooShort,
    /// The token is not canonical URL-safe base64: it has another character, padding, or unused bits that are set.
    NotBase64,
    /// The token has another version of this format, or is not a sealed token.
    UnknownVersion,
    /// None of the keys has the number in the token: it was sealed with a key that was removed, or by another program.
    UnknownKey,
    /// The token was changed, or sealed for another purpose or cookie.
    Mismatch,
}

/// The error of a secret key that is too short for sealing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealerError {
    /// Which key it is; 0 is the newest.
    pub position: usize,
    /// Its length in bytes.
    pub size: usize,
}

impl Sealer {
    /// Makes a sealer for one purpose (such as `session`) and one cookie.
    ///
    /// # Errors
    /// If any of the keys is shorter than [`MIN_SEALING_KEY`] bytes. This includes older keys, since a token that was sealed with them opens.
    #[expect(clippy::expect_used, reason = "SecretKeys holds at least one key, by its constructor")]
    pub fn new(keys: &SecretKeys, purpose: &str, cookie_name: &str) -> Result<Self, SealerError> {
        if let Some((position, key)) = keys.iter().enumerate().find(|(_, key)| key.len() < MIN_SEALING_KEY) {
            return Err(SealerError { position, size: key.len() });
        }
        let context = [length_prefixed(purpose), length_prefixed(cookie_name)].concat();
        let mut derived = keys.iter().map(|key| SealingKey::derive(key, &context));
        let newest = derived.next().expect("SecretKeys holds at least one key");
        Ok(Self { newest, older: derived.collect() })
    }

    /// Seals a plaintext with the newest key, and returns the token: 42 characters, and four for every three bytes. It is different each time.
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn seal(&self, plaintext: &[u8], random: &Random) -> Result<String, RandomError> {
        let nonce: [u8; NONCE] = random.bytes()?;
        let SealingKey { id, .. } = self.newest;
        let mut header = [0; HEADER];
        for (place, byte) in header.iter_mut().zip([VERSION].iter().chain(&id).chain(&nonce)) {
            *place = *byte;
        }
        let body = self.newest.encrypt(&nonce, plaintext);
        let mut token = String::with_capacity(HEADER_TEXT + (body.len() * 4).div_ceil(3));
        URL_SAFE_NO_PAD.encode_string(header, &mut token);
        URL_SAFE_NO_PAD.encode_string(body, &mut token);
        Ok(token)
    }

    /// Opens a token, if one of the keys has sealed it for this purpose and cookie.
    ///
    /// A token longer than 4,096 bytes is not decoded, and no plaintext is returned unless the tag is valid.
    ///
    /// # Errors
    /// [`BadSeal`] says why. It is meant for logs: do not tell the client.
    pub fn open(&self, token: &[u8]) -> Result<Opened, BadSeal> {
        if token.len() > MAX_TOKEN {
            return Err(BadSeal::TooLong);
        }
        let (header, body) = token.split_at_checked(HEADER_TEXT).ok_or(BadSeal::TooShort)?;
        let [version, high, low, nonce @ ..] = decoded_header(header)?;
        if version != VERSION {
            return Err(BadSeal::UnknownVersion);
        }
        if token.len() < MIN_TOKEN {
            return Err(BadSeal::TooShort);
        }
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| BadSeal::NotBase64)?;
        self.decrypt([high, low], &nonce, &body)
    }

    /// More than one key is tried only if they have the same number.
    fn decrypt(&self, id: [u8; KEY_ID], nonce: &[u8; NONCE], body: &[u8]) -> Result<Opened, BadSeal> {
        let older = self.older.iter().map(|key| (key, KeyAge::Older));
        let mut bad = BadSeal::UnknownKey;
        for (key, age) in
            std::iter::once((&self.newest, KeyAge::Newest)).chain(older).filter(|(key, _)| key.id == id)
        {
            match key.decrypt(nonce, body) {
                Some(plaintext) => return Ok(Opened { plaintext, key: age }),
                None => bad = BadSeal::Mismatch,
            }
        }
        Err(bad)
    }
}

/// Whether this looks like a sealed token, for readers of several formats. (A token of Flask contains dots.)
#[must_use]
pub fn looks_sealed(token: &[u8]) -> bool {
    let version = token.get(..HEADER_TEXT).and_then(|header| decoded_header(header).ok());
    token.len() >= MIN_TOKEN
        && !token.contains(&b'.')
        && version.is_some_and(|[version, ..]| version == VERSION)
}

fn decoded_header(text: &[u8]) -> Result<[u8; HEADER], BadSeal> {
    let mut header = [0; HEADER];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut header) {
        Ok(HEADER) => Ok(header),
        _ => Err(BadSeal::NotBase64),
    }
}

/// The keys that are derived from one secret key for one purpose and cookie.
#[derive(Clone)]
struct SealingKey {
    id: [u8; KEY_ID],
    cipher: Aes256GcmSiv,
    associated_data: Vec<u8>,
}

impl SealingKey {
    fn derive(secret: &[u8], context: &[u8]) -> Self {
        let derive = Hkdf::<Sha256>::new(Some(b"dewar sealed 1"), secret);
        let mut id = [0; KEY_ID];
        expand(&derive, &[b"key id"], &mut id);
        let mut key = Zeroizing::new([0; 32]);
        expand(&derive, &[b"AES-256-GCM-SIV", context], &mut *key);
        let associated_data = [&[VERSION, SUITE][..], &id, context].concat();
        Self { id, cipher: Aes256GcmSiv::new((&*key).into()), associated_data }
    }

    /// The ciphertext and the tag.
    #[expect(clippy::expect_used, reason = "the cipher takes 64 GiB, the Vec grows")]
    fn encrypt(&self, nonce: &[u8; NONCE], plaintext: &[u8]) -> Vec<u8> {
        let mut body = Vec::with_capacity(plaintext.len() + TAG);
        body.extend_from_slice(plaintext);
        let nonce: &Nonce = nonce.into();
        self.cipher
            .encrypt_in_place(nonce, &self.associated_data, &mut body)
            .expect("a plaintext is shorter than 64 GiB");
        body
    }

    /// Decrypts; `None` if the tag is wrong, and then what was decrypted is wiped.
    fn decrypt(&self, nonce: &[u8; NONCE], body: &[u8]) -> Option<Vec<u8>> {
        let mut buffer = Zeroizing::new(body.to_vec());
        let nonce: &Nonce = nonce.into();
        let buffer_of_cipher: &mut dyn Buffer = &mut *buffer;
        self.cipher.decrypt_in_place(nonce, &self.associated_data, buffer_of_cipher).ok()?;
        Some(std::mem::take(&mut *buffer))
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8,160 bytes")]
fn expand(derive: &Hkdf<Sha256>, info: &[&[u8]], key: &mut [u8]) {
    derive.expand_multi_info(info, key).expect("no key is longer than 8,160 bytes");
}

/// A text after its length, so that no two pairs of texts give the same bytes.
fn length_prefixed(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_be_bytes()[..], text.as_bytes()].concat()
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} keys)", 1 + self.older.len())
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} bytes, by {:?})", self.plaintext.len(), self.key)
    }
}

impl fmt::Display for BadSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the token is longer than a cookie can be",
            Self::TooShort => "the token is shorter than any sealed token",
            Self::NotBase64 => "the token is not canonical URL-safe base64",
            Self::UnknownVersion => "the token is not a sealed token of a known version",
            Self::UnknownKey => "the token was sealed with a key that is not among the secret keys",
            Self::Mismatch => "the token was changed, or sealed for another purpose or another cookie",
        })
    }
}

impl std::error::Error for BadSeal {}

impl fmt::Display for SealerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            0 => f.write_str("the secret key")?,
            position => write!(f, "fallback key {position}")?,
        }
        write!(
            f,
            " has {} bytes, but sealing needs at least {MIN_SEALING_KEY}: make one with `openssl rand -base64 32` or `dewar secret new`",
            self.size
        )
    }
}

impl std::error::Error for SealerError {}
