//! How a client-side session is written into its cookie, and read back.

use std::borrow::Cow;

use super::client_side::{CookieFormat, FlaskOptions};
use super::error::Error;
use super::rules::{PERMANENT_KEY, Rules};
use super::sealed_payload::{self, SealedSession};
use super::settings_error::SettingsError;
use crate::clock::UnixTime;
use crate::lifetime::{Lifetime, Times};
use crate::random::Random;
use crate::session::SessionId;
use crate::signing::{FlaskSerializer, KeyAge, Sealer, SecretKeys, looks_sealed};
use crate::value::{Map, Text, Value};

/// Where a session that was taken over from a store says, in a Flask cookie, which id it had there.
const FORMER_KEY: &str = "_moved_from";

/// A [`CookieFormat`] with its keys derived.
#[derive(Debug)]
pub(super) enum Format {
    Sealed(Box<Sealer>),
    Flask(Box<FlaskSerializer>),
}

/// A session as it was read.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) data: Map,
    pub(super) is_permanent: bool,
    pub(super) times: Times,
    pub(super) owner: Option<(Text, UnixTime)>,
    pub(super) key: KeyAge,
    pub(super) moved_from: Option<SessionId>,
}

/// A session to write.
pub(super) struct Contents<'s> {
    pub(super) data: &'s Map,
    pub(super) is_permanent: bool,
    pub(super) times: Times,
    /// Whose it is and since when; Flask's cookie has no room for it.
    pub(super) owner: Option<(Text, UnixTime)>,
    /// The id that it had in the store of a former manager, until the client is known to have this cookie.
    pub(super) moved_from: Option<SessionId>,
}

impl Format {
    pub(super) fn new(
        format: &CookieFormat,
        keys: &SecretKeys,
        cookie_name: &str,
    ) -> Result<Self, SettingsError> {
        Ok(match format {
            CookieFormat::Sealed => {
                Self::Sealed(Box::new(Sealer::new(keys, SealedSession::PURPOSE, cookie_name)?))
            }
            CookieFormat::Flask(FlaskOptions { signing, json }) => {
                Self::Flask(Box::new(FlaskSerializer::new(keys, *json, signing.clone())?))
            }
        })
    }

    pub(super) fn rules(&self) -> Rules {
        match self {
            Self::Sealed(_) => Rules::SEALED_COOKIE,
            Self::Flask(_) => Rules::FLASK_COOKIE,
        }
    }

    /// The session in a token; `None` if it is not ours, or has expired, for whatever reason: the client learns nothing more. A token whose
    /// shape is that of another format is not tried.
    pub(super) fn read(&self, token: &[u8], lifetime: &Lifetime, now: UnixTime) -> Option<Opened> {
        match self {
            Self::Sealed(sealer) if looks_sealed(token) => read_sealed(sealer, token, lifetime, now),
            Self::Flask(serializer) if !looks_sealed(token) => read_flask(serializer, token, lifetime, now),
            _ => None,
        }
    }

    pub(super) fn write(&self, contents: &Contents<'_>, random: &Random) -> Result<String, Error> {
        match self {
            Self::Sealed(sealer) => Ok(sealer.seal(&sealed_payload::encode(contents)?, random)?),
            Self::Flask(serializer) => Ok(serializer.dump_map(&flagged(contents), contents.times.refreshed)?),
        }
    }
}

/// The data with the permanent flag among them: a session that is permanent by default does not have it before it is first written; and with
/// the id it had elsewhere, which its client knows.
fn flagged<'s>(contents: &Contents<'s>) -> Cow<'s, Map> {
    let mut data = Cow::Borrowed(contents.data);
    if contents.is_permanent && !data.contains(PERMANENT_KEY) {
        data.to_mut().insert(PERMANENT_KEY, true);
    }
    if let Some(id) = &contents.moved_from {
        data.to_mut().insert(FORMER_KEY, id.as_str());
    }
    data
}

fn read_sealed(sealer: &Sealer, token: &[u8], lifetime: &Lifetime, now: UnixTime) -> Option<Opened> {
    let opened = sealer.open(token).ok()?;
    let session = SealedSession::read(&opened.plaintext)?;
    let is_alive = !lifetime.is_expired(session.times, now) && !session.is_from_the_future(now);
    let SealedSession { data, is_permanent, times, owner, moved_from } = session;
    is_alive.then_some(Opened { data, is_permanent, times, owner, key: opened.key, moved_from })
}

/// Flask asks for the age of the signature only: it has expired when `age > lifetime`, in whole seconds.
fn read_flask(
    serializer: &FlaskSerializer,
    token: &[u8],
    lifetime: &Lifetime,
    now: UnixTime,
) -> Option<Opened> {
    let mut loaded = serializer.load_map(token, now, lifetime.idle).ok()?;
    let times = Times { created: loaded.signed_at, refreshed: loaded.signed_at };
    let is_permanent = loaded.data.get(PERMANENT_KEY).is_some_and(Value::is_truthy);
    let moved_from = loaded.data.remove(FORMER_KEY);
    let moved_from = moved_from.as_ref().and_then(Value::as_str).and_then(SessionId::parse);
    Some(Opened { data: loaded.data, is_permanent, times, owner: None, key: loaded.key, moved_from })
}
