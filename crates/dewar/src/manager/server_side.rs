//! Settings of sessions in a store.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "flask")]
use super::flask::FlaskRecords;
use super::settings_error::SettingsError;
use super::store_place::{Ids, NativeRecord, Records};
use crate::clock::Clock;
use crate::cookie::{CacheControl, CookiePolicy};
use crate::lifetime::{Lifetime, Refresh, Timeouts};
use crate::random::Random;
use crate::session::{OnConflict, RoundTrip};
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
    /// More than a mebibyte has no effect: the [codecs](crate::codec::Limits) write no larger record.
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
    /// Flask-Session's format, with the feature `flask`, for sharing sessions with Flask programs.
    #[cfg(feature = "flask")]
    Flask(FlaskRecords),
}

/// Settings of Dewar's own records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeRecords {
    /// The program's name in the store, 1 to 32 characters of `a-z`, `0-9` and `-`. Every key and every owner begins with it, so that
    /// programs that share an engine never see, list, sweep or end each other's sessions.
    pub name: String,
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

/// What a kind of records adds to the settings.
pub(super) trait RecordSettings {
    /// Refuses settings that the records cannot carry out.
    fn check(&self, settings: &ServerSide) -> Result<(), SettingsError>;

    /// The check of values before they are set; `None` for records that can represent every value.
    fn round_trip(&self) -> Option<Arc<dyn RoundTrip>>;

    /// How sessions are named.
    fn ids(&self) -> Result<Ids, SettingsError>;

    /// How they are written.
    fn records(&self, late_request_window: Duration) -> Box<dyn Records>;

    /// Their default for [`ServerSide::largest_record`].
    fn largest_record(&self) -> usize;
}

impl RecordFormat {
    pub(super) fn settings(&self) -> &dyn RecordSettings {
        match self {
            Self::Native(native) => native,
            #[cfg(feature = "flask")]
            Self::Flask(flask) => flask,
        }
    }
}

impl RecordSettings for NativeRecords {
    fn check(&self, settings: &ServerSide) -> Result<(), SettingsError> {
        if settings.lifetime.has_zero() { Err(SettingsError::ZeroLifetime) } else { Ok(()) }
    }

    fn round_trip(&self) -> Option<Arc<dyn RoundTrip>> {
        None
    }

    fn ids(&self) -> Result<Ids, SettingsError> {
        Ids::native(&self.name)
    }

    fn records(&self, late_request_window: Duration) -> Box<dyn Records> {
        Box::new(NativeRecord::new(late_request_window))
    }

    fn largest_record(&self) -> usize {
        64 << 10
    }
}

impl ServerSide {
    /// Creates settings with Dewar's own records and safe defaults: a `__Host-session` cookie with `Secure`, `HttpOnly` and `SameSite=Lax`;
    /// 1 hour idle and 24 hours absolute; 64 KiB per record.
    ///
    /// The name separates programs that share an engine: 1 to 32 characters of `a-z`, `0-9` and `-`.
    #[must_use]
    pub fn new(name: impl Into<String>, store: impl IntoStore) -> Self {
        Self::with_records(RecordFormat::Native(NativeRecords { name: name.into() }), store)
    }

    /// These records, and otherwise the safe defaults.
    pub(crate) fn with_records(records: RecordFormat, store: impl IntoStore) -> Self {
        Self {
            store: store.into_store(),
            largest_record: records.settings().largest_record(),
            records,
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

    /// Limits that a record cannot store are refused, not ignored.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let Self { lifetime, records, .. } = self;
        if lifetime.refresh == Refresh::EachRequest && lifetime.idle.is_none() {
            return Err(SettingsError::NothingToRefresh);
        }
        records.settings().check(self)?;
        if self.session_limit.is_some_and(|session_limit| session_limit.sessions == 0) {
            return Err(SettingsError::NoSessionsAllowed);
        }
        if self.session_limit.is_some() && self.store.owners().is_none() {
            return Err(SettingsError::StoreKnowsNoOwners);
        }
        Ok(())
    }
}
