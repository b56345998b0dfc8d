//! Flask's session cookie: signed data.

use std::borrow::Cow;
use std::sync::Arc;

use super::FlaskSettingsError;
use crate::clock::UnixTime;
use crate::codec::{Limits, TaggedJson};
use crate::cookie::CookiePolicy;
use crate::lifetime::{Lifetime, Lifetimes, Times};
use crate::manager::client_side::{ClientSide, CookieFormat, CookieSettings};
use crate::manager::cookie_place::{CookieContents, Format, OpenedCookie};
use crate::manager::error::Error;
use crate::manager::rules::{PERMANENT_KEY, Rules};
use crate::manager::settings_error::SettingsError;
use crate::random::Random;
use crate::session::{RoundTrip, SessionId};
use crate::signing::{FlaskSerializer, SecretKeys, SerializerOptions, looks_sealed};
use crate::value::{Map, Value};

/// The key that contains the id that a session migrated from a store had there.
const PREVIOUS_KEY: &str = "_moved_from";

/// Settings of a Flask program that differ from Flask's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlaskOptions {
    /// The attributes of `SecureCookieSessionInterface`: salt, key derivation, digest, and how timestamps are read.
    pub signing: SerializerOptions,
    /// `app.json`: whether keys are sorted, and whether everything outside ASCII is escaped.
    pub json: TaggedJson,
}

impl Default for FlaskOptions {
    fn default() -> Self {
        Self {
            signing: SerializerOptions::flask(),
            json: TaggedJson { limits: Limits::cookie(), ..TaggedJson::default() },
        }
    }
}

impl ClientSide {
    /// Creates settings for Flask's sessions with Flask's defaults, to share sessions with a Flask program or to replace it.
    #[must_use]
    pub fn flask(keys: SecretKeys) -> Self {
        Self {
            format: CookieFormat::Flask(FlaskOptions::default()),
            cookie: CookiePolicy::flask(),
            lifetime: Lifetime::flask(),
            ..Self::new(keys)
        }
    }
}

/// Flask has one lifetime, counted from the signature. A limit that its cookie cannot store is refused, not ignored.
impl CookieSettings for FlaskOptions {
    fn check(&self, settings: &ClientSide) -> Result<(), SettingsError> {
        if settings.lifetime.absolute.is_some() {
            return Err(FlaskSettingsError::AbsoluteLimitInCookie.into());
        }
        if settings.revocation.is_some() {
            return Err(FlaskSettingsError::RevocationInCookie.into());
        }
        if settings.lifetime.idle.is_none() {
            return Err(FlaskSettingsError::NoIdleLimitInCookie.into());
        }
        Ok(())
    }

    fn round_trip(&self) -> Option<Arc<dyn RoundTrip>> {
        Some(Arc::new(self.json))
    }

    fn format(&self, keys: &SecretKeys, _: &str) -> Result<Box<dyn Format>, SettingsError> {
        Ok(Box::new(FlaskSerializer::new(keys, self.json, self.signing.clone())?))
    }
}

impl Format for FlaskSerializer {
    fn rules(&self) -> Rules {
        Rules::FLASK_COOKIE
    }

    /// Flask checks only the age of the signature: it has expired when `age > lifetime`, in whole seconds.
    fn read(&self, token: &[u8], lifetimes: &Lifetimes, now: UnixTime) -> Option<OpenedCookie> {
        if looks_sealed(token) {
            return None;
        }
        let mut loaded = self.load_map(token, now, lifetimes.general.idle).ok()?;
        let times = Times { created: loaded.signed_at, refreshed: loaded.signed_at };
        let is_permanent = loaded.data.get(PERMANENT_KEY).is_some_and(Value::is_truthy);
        let previous_id = loaded.data.remove(PREVIOUS_KEY);
        let previous_id = previous_id.as_ref().and_then(Value::as_str).and_then(SessionId::parse);
        let (data, key) = (loaded.data, loaded.key);
        Some(OpenedCookie { data, is_permanent, times, timeouts: None, owner: None, key, previous_id })
    }

    fn write(&self, contents: &CookieContents<'_>, _: &Random) -> Result<String, Error> {
        Ok(self.dump_map(&flagged(contents), contents.times.refreshed)?)
    }
}

/// The data with the permanent flag, which a session that is permanent by default does not have before it is first written, and with the id
/// that the session had in another store, which its client knows.
fn flagged<'s>(contents: &CookieContents<'s>) -> Cow<'s, Map> {
    let mut data = Cow::Borrowed(contents.data);
    if contents.is_permanent && !data.contains(PERMANENT_KEY) {
        data.to_mut().insert(PERMANENT_KEY, true);
    }
    if let Some(id) = &contents.previous_id {
        data.to_mut().insert(PREVIOUS_KEY, id.as_str());
    }
    data
}
