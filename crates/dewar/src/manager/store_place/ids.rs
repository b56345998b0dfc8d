//! The id in the cookie, and the key in the store.

use crate::manager::namespace::Namespace;
use crate::manager::server_side::{FlaskRecords, NativeRecords, RecordFormat};
use crate::manager::settings_error::SettingsError;
use crate::random::{Random, RandomError};
use crate::session::SessionId;
use crate::signing::{KeyDerivation, Signer, SignerOptions};
use crate::store::StoreKey;

/// How sessions are named. An id that cannot be one of ours costs no question to the store.
#[derive(Debug)]
pub(super) struct Ids {
    namespace: Namespace,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// The store sees a hash: who can read it cannot take over a session.
    Native,
    /// The store sees the id.
    Flask { length: usize, signer: Option<Box<Signer>> },
}

impl Ids {
    pub(super) fn new(format: &RecordFormat) -> Result<Self, SettingsError> {
        Ok(match format {
            RecordFormat::Native(NativeRecords { name }) => {
                Self { namespace: Namespace::named(name)?, form: Form::Native }
            }
            RecordFormat::Flask(FlaskRecords { key_prefix, id_length, signer, .. }) => {
                let signer = signer.as_ref().map(|keys| Signer::new(keys, flask_session_signer()));
                let signer = signer.transpose()?.map(Box::new);
                Self {
                    namespace: Namespace::of_flask(key_prefix),
                    form: Form::Flask { length: *id_length, signer },
                }
            }
        })
    }

    pub(super) fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// A new id; in the place of an old one with the same tag.
    pub(super) fn generate(
        &self,
        random: &Random,
        in_place_of: Option<&SessionId>,
    ) -> Result<SessionId, RandomError> {
        match &self.form {
            Form::Native => SessionId::generate_tagged(random, in_place_of),
            Form::Flask { length, .. } => SessionId::generate(random, *length),
        }
    }

    /// The id in a cookie; `None` if it is none that was ever given out.
    pub(super) fn read(&self, token: &[u8]) -> Option<SessionId> {
        let id = match &self.form {
            Form::Flask { signer: Some(signer), .. } => signer.unsign(token).ok()?.value,
            _ => token,
        };
        let is_well_formed = match &self.form {
            Form::Native => id.len() == SessionId::TAGGED_CHARACTERS,
            // Another program may choose another length; up to Flask-Session 0.5 ids were UUIDs. None is shorter than 16 bytes of chance.
            Form::Flask { .. } => (22..=171).contains(&id.len()),
        };
        let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (is_well_formed && id.iter().all(is_base64url))
            .then(|| std::str::from_utf8(id).ok().map(SessionId::from_checked))?
    }

    /// What the cookie says.
    pub(super) fn write(&self, id: &SessionId) -> String {
        match &self.form {
            Form::Flask { signer: Some(signer), .. } => {
                String::from_utf8_lossy(&signer.sign(id.as_str().as_bytes())).into_owned()
            }
            _ => id.as_str().to_owned(),
        }
    }

    pub(super) fn key(&self, id: &SessionId) -> StoreKey {
        match &self.form {
            Form::Native => self.namespace.session(id),
            Form::Flask { .. } => self.namespace.flask_session(id),
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
