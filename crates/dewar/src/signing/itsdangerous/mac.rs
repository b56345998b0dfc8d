//! HMAC with a key that is derived once: the state after processing the key is stored, and cloned for each message.

use std::fmt;

use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// The hash function of the HMAC, and of the derivation of its key.
///
/// There is no "none" algorithm: itsdangerous' `NoneAlgorithm` accepts every token whose signature is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Digest {
    /// MD5. Only for tokens of an application that is configured to use it.
    Md5,
    /// SHA-1: the default of itsdangerous, which Flask uses.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512: the default of itsdangerous 1.0, and a fallback of 1.1.
    Sha512,
}

/// How the key of the HMAC is derived from the secret key and the salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeyDerivation {
    /// `digest(salt + key)`.
    Concat,
    /// `digest(salt + "signer" + key)`: the default of itsdangerous.
    #[default]
    DjangoConcat,
    /// `HMAC(key, salt)`: what Flask uses, and the best of these.
    Hmac,
    /// The secret key itself. Tokens for one purpose are then valid for every other purpose.
    None,
}

/// The state of an HMAC after processing its key.
#[derive(Clone)]
pub(super) enum KeyedMac {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

/// Runs an expression on the HMAC, whichever digest it has.
macro_rules! on_state {
    ($keyed:expr, $state:ident => $result:expr) => {
        match $keyed {
            KeyedMac::Md5($state) => $result,
            KeyedMac::Sha1($state) => $result,
            KeyedMac::Sha256($state) => $result,
            KeyedMac::Sha384($state) => $result,
            KeyedMac::Sha512($state) => $result,
        }
    };
}

impl KeyedMac {
    pub(super) fn new(secret: &[u8], salt: &[u8], derivation: KeyDerivation, digest: Digest) -> Self {
        match digest {
            Digest::Md5 => Self::Md5(derived(secret, salt, derivation)),
            Digest::Sha1 => Self::Sha1(derived(secret, salt, derivation)),
            Digest::Sha256 => Self::Sha256(derived(secret, salt, derivation)),
            Digest::Sha384 => Self::Sha384(derived(secret, salt, derivation)),
            Digest::Sha512 => Self::Sha512(derived(secret, salt, derivation)),
        }
    }

    /// Writes the tag of `message` to `tag`, and returns the part that it fills.
    pub(super) fn tag<'t>(&self, message: &[u8], tag: &'t mut Tag) -> &'t [u8] {
        let written = on_state!(self, state => {
            let mut state = state.clone();
            state.update(message);
            fill(tag, &state.finalize().into_bytes())
        });
        tag.get(..written).unwrap_or_default()
    }

    /// Whether `tag` is the tag of `message`, compared in constant time.
    pub(super) fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        on_state!(self, state => {
            let mut state = state.clone();
            state.update(message);
            state.verify_slice(tag).is_ok()
        })
    }
}

/// A buffer for the tag of any digest.
pub(super) type Tag = [u8; 64];

fn fill(tag: &mut Tag, bytes: &[u8]) -> usize {
    tag.iter_mut().zip(bytes).map(|(to, from)| *to = *from).count()
}

fn derived<D: EagerHash>(secret: &[u8], salt: &[u8], derivation: KeyDerivation) -> Hmac<D> {
    match derivation {
        KeyDerivation::Concat => keyed(&Zeroizing::new(hash::<D>(&[salt, secret]))),
        KeyDerivation::DjangoConcat => keyed(&Zeroizing::new(hash::<D>(&[salt, b"signer", secret]))),
        KeyDerivation::Hmac => keyed(&Zeroizing::new(tag_of(keyed::<D>(secret), salt))),
        KeyDerivation::None => keyed(secret),
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 §2)")]
fn keyed<D: EagerHash>(key: &[u8]) -> Hmac<D> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn hash<D: EagerHash>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = D::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

fn tag_of<D: EagerHash>(mut state: Hmac<D>, message: &[u8]) -> Vec<u8> {
    state.update(message);
    state.finalize().into_bytes().to_vec()
}

impl fmt::Debug for KeyedMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedMac(..)")
    }
}
