//! Flask-Session's ids: the store sees them as they are, and the cookie may sign them.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::ids::IdForm;
use crate::manager::namespace::Namespace;
use crate::manager::settings_error::SettingsError;
use crate::random::{Random, RandomError};
use crate::session::SessionId;
use crate::signing::{KeyDerivation, SecretKeys, Signer, SignerOptions};
use crate::store::StoreKey;

/// The largest number of random bytes in an id. Flask-Session lets a program choose the number.
const MAX_BYTES: usize = 128;

/// Ids with this number of random bytes, signed or not.
#[derive(Debug)]
pub(in crate::manager) struct FlaskIds {
    length: usize,
    signer: Option<Signer>,
}

impl FlaskIds {
    pub(in crate::manager) fn new(length: usize, signer: Option<&SecretKeys>) -> Result<Self, SettingsError> {
        let signer = signer.map(|keys| Signer::new(keys, flask_session_signer())).transpose()?;
        Ok(Self { length, signer })
    }
}

impl IdForm for FlaskIds {
    /// Like Python's `secrets.token_urlsafe`.
    fn generate(&self, random: &Random, _: Option<&SessionId>) -> Result<SessionId, RandomError> {
        let mut buffer = [0; MAX_BYTES];
        let (chance, _) = buffer.split_at_mut(self.length.min(MAX_BYTES));
        random.fill(chance)?;
        Ok(SessionId::from_checked(&URL_SAFE_NO_PAD.encode(&*chance)))
    }

    /// Another program may choose another length, and until Flask-Session 0.5 ids were UUIDs. None has less than 16 random bytes.
    fn read<'t>(&self, token: &'t [u8]) -> Option<&'t [u8]> {
        let id = match &self.signer {
            Some(signer) => signer.unsign(token).ok()?.value,
            None => token,
        };
        (22..=171).contains(&id.len()).then_some(id)
    }

    fn write<'i>(&self, id: &'i SessionId) -> Cow<'i, str> {
        match &self.signer {
            Some(signer) => String::from_utf8_lossy(&signer.sign(id.as_str().as_bytes())).into_owned().into(),
            None => Cow::Borrowed(id.as_str()),
        }
    }

    fn key(&self, namespace: &Namespace, id: &SessionId) -> StoreKey {
        namespace.flask_session(id)
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
