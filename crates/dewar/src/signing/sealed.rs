//! Sealed tokens: they cannot be read or changed, and none is valid in place of another.
//!
//! A token is the URL-safe base64, without padding, of
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version of this format, 1 |
//! | 2 | the key's number, derived from the key; it reveals nothing about it |
//! | 12 | the nonce, random |
//! | n, the length of the plaintext | the ciphertext |
//! | 16 | the tag |
//!
//! The cipher is AES-256-GCM-SIV (RFC 8452). The version, the key's number, the purpose and the cookie's name
//! are associated data, and each purpose and name has its own key, derived with HKDF-SHA-256 (RFC 5869).
//!
//! Why this cipher: a nonce that repeats, as when a virtual machine is cloned with its generator, reveals
//! only whether two plaintexts are equal, where AES-GCM would reveal its authentication key. Twelve bytes of
//! nonce keep the cookie small, and far more than 2^32 random ones are safe under one key (RFC 8452 §9).
//! XAES-256-GCM reaches as far with a nonce of 24 bytes, and does not tolerate a repeated one.

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

/// How many bytes a secret key must have to seal with.
pub const MIN_SEALING_KEY: usize = 32;

const VERSION: u8 = 1;
/// AES-256-GCM-SIV with HKDF-SHA-256: the only suite of version 1.
const SUITE: u8 = 1;
const KEY_ID: usize = 2;
const NONCE: usize = 12;
const TAG: usize = 16;
/// Version, key number and nonce: a multiple of three, so that their text ends where that of the ciphertext
/// begins.
const HEADER: usize = 1 + KEY_ID + NONCE;
const HEADER_TEXT: usize = HEADER / 3 * 4;
/// The text of an empty plaintext's token.
const MIN_TOKEN: usize = HEADER_TEXT + (TAG * 4).div_ceil(3);
/// No browser stores a longer value.
const MAX_TOKEN: usize = 4096;

/// Seals for one purpose and one cookie: the newest key seals, every key opens.
///
/// The keys are derived once, here. They never print, and are wiped from memory when dropped.
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

/// What was sealed. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// What was given to [`Sealer::seal`].
    pub plaintext: Vec<u8>,
    /// Whether it was sealed with the newest key.
    pub key: KeyAge,
}

/// Why a token does not open. To a client all of these are one failure: there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BadSeal {
    /// Longer than any cookie.
    TooLong,
    /// Shorter than any token.
    TooShort,
    /// Not canonical URL-safe base64: it has a foreign character, padding, or stray bits at the end.
    NotBase64,
    /// Made by another version of this format, or not a sealed token.
    UnknownVersion,
    /// None of the keys has its number: it was sealed with a removed key, or by another program.
    UnknownKey,
    /// Changed, or sealed for another purpose or cookie.
    Mismatch,
}

/// A secret key is too short to seal with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealerError {
    /// Which one: 0 is the newest.
    pub position: usize,
    /// How many bytes it has.
    pub size: usize,
}

impl Sealer {
    /// A sealer for one purpose (`session`, say) and one cookie.
    ///
    /// # Errors
    /// If any of the keys has fewer than [`MIN_SEALING_KEY`] bytes: an older one too, since a token sealed
    /// with it opens.
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

    /// The token of a plaintext, by the newest key: 42 characters and four for every three bytes. Never the
    /// same twice.
    ///
    /// # Errors
    /// If there is no randomness for the nonce.
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

    /// The plaintext of a token, if one of the keys has sealed it for this purpose and cookie.
    ///
    /// A token longer than 4,096 bytes is not decoded, and no plaintext is returned unless its tag is right.
    ///
    /// # Errors
    /// [`BadSeal`] says why, for the log: do not tell the client.
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

    /// Two keys may have the same number: only then is more than one tried.
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

/// Whether this has the shape of a sealed token, for a reader of several formats. A token of Flask has dots.
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

/// What is derived from one secret key for one purpose and cookie.
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

    /// The plaintext; `None` if the tag is wrong, and then what was decrypted is wiped.
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

/// With its length, so that no two pairs of texts give the same bytes.
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
            Self::TooLong => "longer than a cookie can be",
            Self::TooShort => "shorter than any sealed token",
            Self::NotBase64 => "not URL-safe base64 as it is written",
            Self::UnknownVersion => "not a sealed token of a version that is known",
            Self::UnknownKey => "sealed with a key that is not among the secret keys",
            Self::Mismatch => "changed, or sealed for another purpose or another cookie",
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
            " has {} bytes and sealing takes at least {MIN_SEALING_KEY}: `openssl rand -base64 32` or `dewar secret new` prints a good one",
            self.size
        )
    }
}

impl std::error::Error for SealerError {}
