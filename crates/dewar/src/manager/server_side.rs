//! Settings of sessions in a store.

use std::sync::Arc;
use std::time::Duration;

use super::settings_error::SettingsError;
use crate::clock::Clock;
use crate::codec::{Json, MsgPack};
use crate::cookie::{CacheControl, CookiePolicy};
use crate::lifetime::{Lifetime, Permanence, Refresh, Timeouts};
use crate::random::Random;
use crate::session::{OnConflict, RoundTrip};
use crate::signing::SecretKeys;
use crate::store::{IntoStore, Store, Trim};

/// Settings of sessions in a store.
///
/// ```
/// use std::sync::Arc;
/// use dewar::store::Memory;
/// use dewar::{Lifetime, ServerSide, SessionManager};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let manager = SessionManager::server_side(ServerSide {
///     lifetime: Lifetime::aal3(),
///     ..ServerSide::new("shop", Arc::new(Memory::new()))
/// })?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ServerSide {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The format of keys and records in the store.
    pub records: RecordFormat,
    /// The maximum size of a record in bytes. A larger session is refused with an error that names its largest keys.
    pub largest_record: usize,
    /// The cookie's name and attributes.
    pub cookie: CookiePolicy,
    /// When a session expires.
    pub lifetime: Lifetime,
    /// The maximum that a session's [own lifetime](crate::Session::set_timeouts) may have; default: 30 days idle, 365 days absolute. A
    /// session that was stored with a longer lifetime is limited to this one. Not for Flask's formats, which cannot store it.
    pub longest_lifetime: Timeouts,
    /// The maximum number of sessions an owner may have at once; `None` means no limit.
    pub session_limit: Option<SessionLimit>,
    /// How long after a session ended or got a new id a request with the old id is treated as late, that is, as already on its way at that
    /// time; default: 10 s. The changes of a late request are dropped with an event, unless it begins a session with
    /// [`log_in`](crate::Session::log_in) or [`regenerate_id`](crate::Session::regenerate_id). A handler can check
    /// [`is_late_request`](crate::Session::is_late_request). After this time, a request with the old id begins a session like a new
    /// visitor. Not for Flask-Session's records, which leave no trace of an old id.
    pub late_request_window: Duration,
    /// How to respond when another request ended the session before this one could save it.
    pub on_ended: OnEnded,
    /// How to handle a conflict: a concurrent change to a value that a handler has read and then set.
    pub on_conflict: OnConflict,
    /// How to set `Cache-Control` on a response that sets the cookie.
    pub cache_control: CacheControl,
    /// The source of the current time.
    pub clock: Clock,
    /// The source of random ids.
    pub random: Random,
}

/// The format of a session's key and record in the store.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RecordFormat {
    /// Dewar's own format: the store sees only a hash of the id. The record contains the owner, the start time and a checksum.
    Native(NativeRecords),
    /// Flask-Session's format, for sharing sessions with Flask programs.
    Flask(FlaskRecords),
}

/// Settings of Dewar's own records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeRecords {
    /// The program's name in the store, 1 to 32 characters of `a-z`, `0-9` and `-`. Every key and every owner begins with it, so that
    /// programs that share an engine never see, list, sweep or end each other's sessions.
    pub name: String,
}

/// Settings of a Flask-Session program for keys and records, with the defaults of Flask-Session 0.8.
#[derive(Debug, Clone)]
pub struct FlaskRecords {
    /// `SESSION_KEY_PREFIX`: the prefix of every key and every owner. Programs that share an engine need different prefixes, none of which
    /// begins with another.
    pub key_prefix: String,
    /// `SESSION_ID_LENGTH`: the number of random bytes in an id, 16 to 128. Flask-Session accepts fewer, which can be guessed.
    pub id_length: usize,
    /// `SESSION_SERIALIZATION_FORMAT`: the format that is written. The other formats can always be read.
    pub encoding: FlaskEncoding,
    /// `SESSION_USE_SIGNER`: the keys, if the id in the cookie is signed.
    pub signer: Option<SecretKeys>,
}

/// The format in which Flask-Session writes the data of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlaskEncoding {
    /// msgspec's MessagePack: the default of the Redis, Memcached, MongoDB and SQL backends.
    #[default]
    MsgPack,
    /// msgspec's JSON.
    Json,
    /// The plain-data part of pickle, used in cachelib's files (the filesystem and cachelib backends).
    Pickle,
}

/// A limit on the number of sessions of an owner.
///
/// If the newest session is refused, a session whose id no client has sent yet is ended first: the response with its id may have been lost.
/// Flask-Session's records cannot store this, so there such a session counts until it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimit {
    /// The maximum number of sessions at once, at least 1.
    pub sessions: usize,
    /// Which session to end when the limit is exceeded: the oldest, or the one that was about to begin.
    pub ends: Trim,
}

/// How to respond to a request whose changes are not stored, because its session ended or got a new id in the meantime, or because its
/// login exceeds the session limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnEnded {
    /// Send the handler's response unchanged.
    #[default]
    Respond,
    /// Send [`ErrorKind::Ended`](crate::error::ErrorKind::Ended), status 409, instead.
    Refuse,
}

impl RecordFormat {
    /// The check of values before they are set; `None` for Dewar's own records and pickles, which can represent every value.
    pub(super) fn round_trip(&self) -> Option<Arc<dyn RoundTrip>> {
        let Self::Flask(flask) = self else { return None };
        match flask.encoding {
            FlaskEncoding::MsgPack => Some(Arc::new(MsgPack::default())),
            FlaskEncoding::Json => Some(Arc::new(Json::default())),
            FlaskEncoding::Pickle => None,
        }
    }
}

impl Default for FlaskRecords {
    fn default() -> Self {
        Self {
            key_prefix: "session:".to_owned(),
            id_length: 32,
            encoding: FlaskEncoding::default(),
            signer: None,
        }
    }
}

impl ServerSide {
    /// Creates settings with Dewar's own records and safe defaults: a `__Host-session` cookie with `Secure`, `HttpOnly` and `SameSite=Lax`;
    /// 1 hour idle and 24 hours absolute; 64 KiB per record.
    ///
    /// The name separates programs that share an engine: 1 to 32 characters of `a-z`, `0-9` and `-`.
    #[must_use]
    pub fn new(name: impl Into<String>, store: impl IntoStore) -> Self {
        Self::with_records(RecordFormat::Native(NativeRecords { name: name.into() }), store.into_store())
    }

    fn with_records(records: RecordFormat, store: Arc<dyn Store>) -> Self {
        Self {
            store,
            records,
            largest_record: 64 << 10,
            cookie: CookiePolicy::default(),
            lifetime: Lifetime::default(),
            longest_lifetime: Timeouts::remember_me(),
            session_limit: None,
            late_request_window: Duration::from_secs(10),
            on_ended: OnEnded::default(),
            on_conflict: OnConflict::default(),
            cache_control: CacheControl::default(),
            clock: Clock::system(),
            random: Random::system(),
        }
    }

    /// Creates settings with Flask-Session's records and Flask's cookie, and the defaults of both, to share sessions with a Flask program
    /// or to replace it. A record may have 1 MiB, which Flask-Session does not limit. The program's name in the store is its [key
    /// prefix](FlaskRecords::key_prefix).
    #[must_use]
    pub fn flask(store: impl IntoStore) -> Self {
        Self {
            largest_record: 1 << 20,
            cookie: CookiePolicy::flask(),
            lifetime: Lifetime { permanence: Permanence::Permanent, ..Lifetime::flask() },
            ..Self::with_records(RecordFormat::Flask(FlaskRecords::default()), store.into_store())
        }
    }

    /// Limits that a record cannot store are refused, not ignored.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let Self { lifetime, records, .. } = self;
        if lifetime.refresh == Refresh::EachRequest && lifetime.idle.is_none() {
            return Err(SettingsError::NothingToRefresh);
        }
        if let (RecordFormat::Native(_), true) = (records, lifetime.has_zero()) {
            return Err(SettingsError::ZeroLifetime);
        }
        if let RecordFormat::Flask(flask) = records {
            if lifetime.absolute.is_some() {
                return Err(SettingsError::AbsoluteLimitInFlaskRecord);
            }
            if !(16..=128).contains(&flask.id_length) {
                return Err(SettingsError::IdLength(flask.id_length));
            }
        }
        if self.session_limit.is_some_and(|session_limit| session_limit.sessions == 0) {
            return Err(SettingsError::NoSessionsAllowed);
        }
        if self.session_limit.is_some() && self.store.owners().is_none() {
            return Err(SettingsError::StoreKnowsNoOwners);
        }
        Ok(())
    }
}
