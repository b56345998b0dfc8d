//! The id in the cookie, and the key in the store.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::settings::{FlaskRecords, NativeRecords, RecordFormat};
use crate::manager::SettingsError;
use crate::random::{Random, RandomError};
use crate::session::SessionId;
use crate::signing::{KeyDerivation, Signer, SignerOptions};
use crate::store::StoreKey;

/// 256 bits of chance, and what they come to in base64url without padding.
const NATIVE_BYTES: usize = 32;
const NATIVE_CHARACTERS: usize = 43;

/// How sessions are named. An id that cannot be one of ours costs no question to the store.
#[derive(Debug)]
pub(super) enum Ids {
    /// The store sees a hash: who can read it cannot take over a session.
    Native { key_prefix: String },
    /// The store sees the id.
    Flask { key_prefix: String, length: usize, signer: Option<Box<Signer>> },
}

impl Ids {
    pub(super) fn new(format: &RecordFormat) -> Result<Self, SettingsError> {
        Ok(match format {
            RecordFormat::Native(NativeRecords { key_prefix }) => {
                Self::Native { key_prefix: key_prefix.clone() }
            }
            RecordFormat::Flask(FlaskRecords { key_prefix, id_length, signer, .. }) => {
                let signer = signer.as_ref().map(|keys| Signer::new(keys, flask_session_signer()));
                Self::Flask {
                    key_prefix: key_prefix.clone(),
                    length: *id_length,
                    signer: signer.transpose()?.map(Box::new),
                }
            }
        })
    }

    pub(super) fn generate(&self, random: &Random) -> Result<SessionId, RandomError> {
        let bytes = match self {
            Self::Native { .. } => NATIVE_BYTES,
            Self::Flask { length, .. } => *length,
        };
        SessionId::generate(random, bytes)
    }

    /// The id in a cookie; `None` if it is none that was ever given out.
    pub(super) fn read(&self, token: &[u8]) -> Option<SessionId> {
        let id = match self {
            Self::Flask { signer: Some(signer), .. } => signer.unsign(token).ok()?.value,
            _ => token,
        };
        let is_well_formed = match self {
            Self::Native { .. } => id.len() == NATIVE_CHARACTERS,
            // Another program may choose another length; up to Flask-Session 0.5 ids were UUIDs. None is shorter than 16 bytes of chance.
            Self::Flask { .. } => (22..=171).contains(&id.len()),
        };
        let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (is_well_formed && id.iter().all(is_base64url))
            .then(|| std::str::from_utf8(id).ok().map(SessionId::presented))?
    }

    /// What the cookie says.
    pub(super) fn write(&self, id: &SessionId) -> String {
        match self {
            Self::Flask { signer: Some(signer), .. } => {
                String::from_utf8_lossy(&signer.sign(id.as_str().as_bytes())).into_owned()
            }
            _ => id.as_str().to_owned(),
        }
    }

    pub(super) fn key(&self, id: &SessionId) -> StoreKey {
        match self {
            Self::Native { key_prefix } => {
                let mut key = String::with_capacity(key_prefix.len() + NATIVE_CHARACTERS);
                key.push_str(key_prefix);
                URL_SAFE_NO_PAD.encode_string(Sha256::digest(id.as_str().as_bytes()), &mut key);
                StoreKey::new(key)
            }
            Self::Flask { key_prefix, .. } => StoreKey::new([key_prefix.as_str(), id.as_str()].concat()),
        }
    }
}

/// `Signer(app.secret_key, salt="flask-session", key_derivation="hmac")` of Flask-Session: SHA-1, as itsdangerous has it by default.
fn flask_session_signer() -> SignerOptions {
    SignerOptions {
        salt: b"flask-session".to_vec(),
        key_derivation: KeyDerivation::Hmac,
        ..SignerOptions::default()
    }
}
