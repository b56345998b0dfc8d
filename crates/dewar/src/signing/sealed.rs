//! Sealed tokens: encrypted and authenticated, each for one purpose and one cookie.
//!
//! A token is URL-safe base64, without padding, of:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version of this format, 1 |
//! | 2 | the number of the key, which is derived from the key and reveals nothing about it |
//! | 12 | the nonce, [random](Random::unique) |
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

mod cipher;
mod errors;
#[cfg(test)]
mod tests;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use self::cipher::{Cipher, NONCE, TAG};
pub use self::errors::{BadSeal, SealerError};
use super::{KeyAge, SecretKeys};
use crate::random::{Random, RandomError};

/// The minimum length of a secret key for sealing, in bytes.
pub const MIN_SEALING_KEY: usize = 32;

const VERSION: u8 = 1;
/// AES-256-GCM-SIV with HKDF-SHA-256: the only suite of version 1.
const SUITE: u8 = 1;
const KEY_ID: usize = 2;
/// Version, key number and nonce. The length is a multiple of three, so that the base64 of the header ends where that of the ciphertext starts.
const HEADER: usize = 1 + KEY_ID + NONCE;
const HEADER_TEXT: usize = HEADER / 3 * 4;
/// The length of the token of an empty plaintext.
const MIN_TOKEN: usize = HEADER_TEXT + (TAG * 4).div_ceil(3);
/// Browsers do not store a longer value.
const MAX_TOKEN: usize = 4096;
/// The bytes of most tokens fit here, so that opening them takes no memory from the heap.
const SHORT: usize = 768;

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
        let mut unsealed = Unsealed::with_capacity(plaintext.len());
        unsealed.plaintext().extend_from_slice(plaintext);
        self.seal_in_place(unsealed, random)
    }

    /// [`seal`](Self::seal) without copying the plaintext.
    pub(crate) fn seal_in_place(&self, unsealed: Unsealed, random: &Random) -> Result<String, RandomError> {
        let (Unsealed(mut bytes), nonce) = (unsealed, random.unique()?);
        let SealingKey { id, cipher, associated_data } = &self.newest;
        let (header, text) = bytes.split_at_mut(HEADER);
        for (place, byte) in header.iter_mut().zip([VERSION].iter().chain(id).chain(&nonce)) {
            *place = *byte;
        }
        let tag = cipher.encrypt(&nonce, associated_data, text);
        bytes.extend_from_slice(&tag);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Opens a token, if one of the keys has sealed it for this purpose and cookie.
    ///
    /// A token longer than 4,096 bytes is not decoded, and no plaintext is returned unless the tag is valid.
    ///
    /// # Errors
    /// [`BadSeal`] says why. It is meant for logs: do not tell the client.
    pub fn open(&self, token: &[u8]) -> Result<Opened, BadSeal> {
        self.open_with(token, |plaintext, key| Opened { plaintext: plaintext.to_vec(), key })
    }

    /// [`open`](Self::open) without copying the plaintext.
    pub(crate) fn open_with<T>(
        &self,
        token: &[u8],
        read: impl FnOnce(&[u8], KeyAge) -> T,
    ) -> Result<T, BadSeal> {
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
        let (size, mut short, mut long) = (body.len() * 3 / 4, [0; SHORT], Vec::new());
        let bytes = match short.get_mut(..size) {
            Some(short) => short,
            None => {
                long.resize(size, 0);
                long.as_mut_slice()
            }
        };
        URL_SAFE_NO_PAD.decode_slice(body, bytes).map_err(|_| BadSeal::NotBase64)?;
        let (text, tag) = bytes.split_last_chunk_mut().ok_or(BadSeal::TooShort)?;
        let key = self.decrypt([high, low], &nonce, text, tag)?;
        Ok(read(text, key))
    }

    /// More than one key is tried only if they have the same number.
    fn decrypt(
        &self,
        id: [u8; KEY_ID],
        nonce: &[u8; NONCE],
        text: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<KeyAge, BadSeal> {
        let older = self.older.iter().map(|key| (key, KeyAge::Older));
        let mut bad = BadSeal::UnknownKey;
        for (key, age) in
            std::iter::once((&self.newest, KeyAge::Newest)).chain(older).filter(|(key, _)| key.id == id)
        {
            if key.cipher.decrypt(nonce, &key.associated_data, text, tag) {
                return Ok(age);
            }
            bad = BadSeal::Mismatch;
        }
        Err(bad)
    }
}

/// A plaintext after room for the header, so that it is sealed where it is.
pub(crate) struct Unsealed(Vec<u8>);

impl Unsealed {
    /// With room for a plaintext of this length.
    pub(crate) fn with_capacity(plaintext: usize) -> Self {
        let mut bytes = Vec::with_capacity(HEADER + plaintext + TAG);
        bytes.resize(HEADER, 0);
        Self(bytes)
    }

    /// The plaintext is appended to this.
    pub(crate) fn plaintext(&mut self) -> &mut Vec<u8> {
        &mut self.0
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
    cipher: Cipher,
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
        Self { id, cipher: Cipher::new(&key), associated_data }
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
