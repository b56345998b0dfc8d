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
use crate::session::{OnConflict, Rehearsal};
use crate::store::{IntoStore, Store, Surplus};

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
    /// How they are named and written there.
    pub records: RecordFormat,
    /// How many bytes a record may have. What is larger is refused with an error that names the largest keys.
    pub largest_record: usize,
    /// The cookie's name and attributes.
    pub cookie: CookiePolicy,
    /// When a session expires.
    pub lifetime: Lifetime,
    /// The longest that one session may [ask to live](crate::Session::set_timeouts); 30 days idle, 365 days in all. A session that was stored
    /// under a longer limit is cut to this one. Not for Flask's formats, which have no room for it.
    pub longest_lifetime: Timeouts,
    /// How many sessions an owner may have at once; `None`: any number.
    pub session_limit: Option<SessionLimit>,
    /// For how long after a session ended, or got a new id, requests with the old id are taken for requests that were under way at that
    /// time; 10 s. What they change is dropped with an event, unless they begin a session with
    /// [`log_in`](crate::Session::log_in) or [`regenerate_id`](crate::Session::regenerate_id); [`is_late`](crate::Session::is_late) tells a handler. After that, a request with
    /// such an id begins a session like a visitor's first. Not for Flask-Session's records, which leave no trace of an old id.
    pub in_flight: Duration,
    /// What becomes of a response whose session was ended by another request before it could be saved.
    pub on_ended: OnEnded,
    /// What is done about a conflict: another request changed a value that a handler has read and then set.
    pub on_conflict: OnConflict,
    /// What is done about `Cache-Control` on a response that sets the cookie.
    pub cache_control: CacheControl,
    /// What time it is.
    pub clock: Clock,
    /// Where ids come from.
    pub random: Random,
}

/// How a session is named and written in its store.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RecordFormat {
    /// Dewar's own: the store sees a hash of the id; the record says whose it is, when it began, and that it is whole.
    Native(NativeRecords),
    /// Flask-Session's, with the feature `flask`: to be shared with Flask programs.
    #[cfg(feature = "flask")]
    Flask(FlaskRecords),
}

/// Dewar's own records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeRecords {
    /// The program's name in the store, 1 to 32 characters of `a-z`, `0-9` and `-`. Every key and every owner begins with it, so that
    /// programs that share an engine never see, list, sweep or end each other's sessions.
    pub name: String,
}

/// A limit to an owner's sessions.
///
/// Where the newest is refused, a session that no client has come with yet makes room: its answer may have been lost. Flask-Session's records
/// cannot say that; there such a session counts until its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimit {
    /// How many at once; 1 at least.
    pub sessions: usize,
    /// Which end when there is one more: the oldest, or the one that was about to begin.
    pub ends: Surplus,
}

/// What becomes of the response of a request whose changes are not stored: its session ended or got a new id meanwhile, or its login is one
/// too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnEnded {
    /// It is sent as the handler made it.
    #[default]
    Respond,
    /// [`ErrorKind::Ended`](crate::error::ErrorKind::Ended), status 409, takes its place.
    Refuse,
}

/// What a kind of records adds to the settings.
pub(super) trait RecordSettings {
    /// Refuses settings that the records cannot carry out.
    fn check(&self, settings: &ServerSide) -> Result<(), SettingsError>;

    /// Tries a value before it is set; `None` for records that store every value.
    fn rehearsal(&self) -> Option<Arc<dyn Rehearsal>>;

    /// How sessions are named.
    fn ids(&self) -> Result<Ids, SettingsError>;

    /// How they are written.
    fn records(&self, in_flight: Duration) -> Box<dyn Records>;

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

    fn rehearsal(&self) -> Option<Arc<dyn Rehearsal>> {
        None
    }

    fn ids(&self) -> Result<Ids, SettingsError> {
        Ids::native(&self.name)
    }

    fn records(&self, in_flight: Duration) -> Box<dyn Records> {
        Box::new(NativeRecord::new(in_flight))
    }

    fn largest_record(&self) -> usize {
        64 << 10
    }
}

impl ServerSide {
    /// Dewar's own records of the program of this name, with safe defaults: `__Host-session`, `Secure`, `HttpOnly`, `SameSite=Lax`; one
    /// hour idle, a day in all; 64 KiB a record.
    ///
    /// The name tells programs that share an engine apart: 1 to 32 characters of `a-z`, `0-9` and `-`.
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
            in_flight: Duration::from_secs(10),
            on_ended: OnEnded::default(),
            on_conflict: OnConflict::default(),
            cache_control: CacheControl::default(),
            clock: Clock::system(),
            random: Random::system(),
        }
    }

    /// Limits that a record cannot carry are refused, not ignored.
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
