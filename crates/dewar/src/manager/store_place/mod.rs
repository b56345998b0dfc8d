//! Sessions in a store: the cookie holds the id, the store holds the session.
//!
//! | | store calls, one round trip each |
//! |---|---|
//! | a session that the handler did not use | 0 |
//! | a session that was read | 1: load, which also moves the expiry in most stores |
//! | created | 1: create |
//! | changed, or given a new id | 2: load, swap or rename; once more for each concurrent write that came first |
//! | ended | 2: load, then replace by a tombstone if unchanged; more if a concurrent write came first |
//! | begun with an ended id | 2: load, create; with an owner one more to read the tombstone again, one for each newer id, and one to check again |
//! | begun where there is a [limit](ServerSide::session_limit) of sessions | 1 more to list, 1 for each that it ends; where the newest is refused 1 more before, and 1 for the first read of its session |
//!
//! A session with its own lifetime is written when it is used and a refresh is due: 1 more call, once in a tenth of its idle time. In a store that
//! is [faster without the expiry](crate::store::Store::is_faster_without_expiry) (Redis), loading a session does not move its expiry: it is written
//! for that when it is opened, 1 more call as often, and one that seems to have expired is loaded again. Elsewhere an engine may need one more round
//! trip to extend an expiry. A request with two different ids looks up both.
//!
//! A save applies the changes of its request to what the store contains *now*. On a conflict it reads what another request wrote and
//! applies them to that. A late request never creates an ended session again. A logout ends the session even if it has a newer id by then,
//! and a login always begins one: for a minute, a tombstone under the old id says what happened to it. (Flask-Session's records leave no
//! tombstone: with them, a logout after the session got a new id finds nothing to end.)

mod admin;
mod begin;
mod commit;
mod copied;
mod end;
mod extend;
mod ids;
#[cfg(feature = "flask")]
mod ids_flask;
mod limit;
mod migrated;
mod open;
mod owned;
mod parsed_record;
#[cfg(feature = "flask")]
mod record_flask;
mod record_native;
mod records;
mod watched;
mod write;

use std::sync::Arc;
use std::time::Duration;

pub use self::admin::{
    Copier, CopyMark, CopyOutcome, CopySettingsError, EntryKind, SessionAdmin, SessionEntry, SessionPage,
};
pub(super) use self::commit::Saving;
pub(super) use self::copied::CopiedSession;
pub(super) use self::ids::Ids;
#[cfg(feature = "flask")]
pub(super) use self::ids_flask::FlaskIds;
pub(super) use self::open::SentIds;
pub use self::parsed_record::{ParsedRecord, RecordKind};
pub(super) use self::record_native::NativeRecord;
pub(super) use self::records::Records;
use super::best_effort::BestEffort;
use super::place::Setup;
use super::server_side::{OnEnded, ServerSide, SessionLimit};
use super::settings_error::SettingsError;
use super::watches::Watches;
use crate::session::OnConflict;
use crate::store::{Store, Sweeper};

/// Opens and writes sessions in a store.
#[derive(Debug)]
pub(super) struct StorePlace {
    pub(super) setup: Setup,
    store: Arc<dyn Store>,
    /// Whether sessions are opened without asking for their expiry, and extended by writing them.
    reads_without_expiry: bool,
    ids: Ids,
    records: Box<dyn Records>,
    largest_record: usize,
    session_limit: Option<SessionLimit>,
    late_request_window: Duration,
    on_ended: OnEnded,
    on_conflict: OnConflict,
}

impl StorePlace {
    pub(super) fn new(settings: ServerSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let format = settings.records.settings();
        let (ids, records) = (format.ids()?, format.records(settings.late_request_window));
        let round_trip = format.round_trip();
        let rules = records.rules();
        let setup = Setup {
            cookie: settings.cookie.build()?,
            lifetimes: rules.lifetimes(settings.lifetime, settings.longest_lifetime),
            rules,
            cache_control: settings.cache_control,
            clock: settings.clock,
            random: settings.random,
            round_trip,
            best_effort: BestEffort::default(),
            watches: Watches::default(),
        };
        let ServerSide {
            store,
            largest_record,
            session_limit,
            late_request_window,
            on_ended,
            on_conflict,
            ..
        } = settings;
        let reads_without_expiry =
            store.is_faster_without_expiry() && rules.stores_time_of_write && !setup.refreshes_each_request();
        Ok(Self {
            setup,
            store,
            reads_without_expiry,
            ids,
            records,
            largest_record,
            session_limit,
            late_request_window,
            on_ended,
            on_conflict,
        })
    }

    pub(super) fn refuses_if_ended(&self) -> bool {
        self.on_ended == OnEnded::Refuse
    }

    /// Whether nothing here has to wait.
    pub(super) fn answers_at_once(&self) -> bool {
        self.store.answers_at_once()
    }

    /// The sweeper for this program's expired entries.
    pub(super) fn sweeper(&self) -> Option<(&dyn Sweeper, &str)> {
        Some((self.store.sweeper()?, self.ids.namespace().prefix()))
    }
}
