//! The id in the cookie, and the key in the store.

use std::fmt::Debug;

use crate::manager::namespace::Namespace;
use crate::manager::settings_error::SettingsError;
use crate::random::{Random, RandomError};
use crate::session::SessionId;
use crate::store::StoreKey;

/// How sessions are named. An id that cannot be one of ours costs no question to the store.
#[derive(Debug)]
pub(in crate::manager) struct Ids {
    namespace: Namespace,
    form: Box<dyn IdForm>,
}

/// What ids look like, in the cookie and in the store.
pub(super) trait IdForm: Debug + Send + Sync {
    /// A new id; in the place of an old one with the same tag.
    fn generate(&self, random: &Random, in_place_of: Option<&SessionId>) -> Result<SessionId, RandomError>;

    /// The id that a cookie says; `None` if it is none that was ever given out.
    fn read<'t>(&self, token: &'t [u8]) -> Option<&'t [u8]>;

    /// What the cookie says.
    fn write(&self, id: &SessionId) -> String;

    fn key(&self, namespace: &Namespace, id: &SessionId) -> StoreKey;
}

impl Ids {
    /// Of the program of this name, in Dewar's own records.
    pub(in crate::manager) fn native(name: &str) -> Result<Self, SettingsError> {
        Ok(Self { namespace: Namespace::named(name)?, form: Box::new(NativeIds) })
    }

    /// Of a Flask-Session program.
    #[cfg(feature = "flask")]
    pub(in crate::manager) fn flask(key_prefix: &str, form: super::FlaskIds) -> Self {
        Self { namespace: Namespace::of_flask(key_prefix), form: Box::new(form) }
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
        self.form.generate(random, in_place_of)
    }

    /// The id in a cookie; `None` if it is none that was ever given out.
    pub(super) fn read(&self, token: &[u8]) -> Option<SessionId> {
        let id = self.form.read(token)?;
        let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        id.iter().all(is_base64url).then(|| std::str::from_utf8(id).ok().map(SessionId::from_checked))?
    }

    /// What the cookie says.
    pub(super) fn write(&self, id: &SessionId) -> String {
        self.form.write(id)
    }

    pub(super) fn key(&self, id: &SessionId) -> StoreKey {
        self.form.key(&self.namespace, id)
    }
}

/// The store sees a hash: who can read it cannot take over a session.
#[derive(Debug)]
struct NativeIds;

impl IdForm for NativeIds {
    fn generate(&self, random: &Random, in_place_of: Option<&SessionId>) -> Result<SessionId, RandomError> {
        SessionId::generate_tagged(random, in_place_of)
    }

    fn read<'t>(&self, token: &'t [u8]) -> Option<&'t [u8]> {
        (token.len() == SessionId::TAGGED_CHARACTERS).then_some(token)
    }

    fn write(&self, id: &SessionId) -> String {
        id.as_str().to_owned()
    }

    fn key(&self, namespace: &Namespace, id: &SessionId) -> StoreKey {
        namespace.session(id)
    }
}
