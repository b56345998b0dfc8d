//! The cookie names the session, a store keeps it.
//!
//! | | store calls, one round trip each |
//! |---|---|
//! | a session nobody touched | 0 |
//! | a session that was read | 1: load, the new end riding on it |
//! | made | 1: create |
//! | changed, or given a new id | 2: load, swap or rename; once more for each request that was faster |
//! | ended | 2: load, then remove it if it is what was seen; more if somebody was faster |
//! | begun with an id that is no more | 2: load, create; with an owner one more for each newer id, and one to look again |
//! | begun where there is a [limit](ServerSide::at_most) of sessions | 1 more to list, 1 for each that it ends; where the newest is refused 1 more before |
//!
//! A request with two different ids looks up both. An engine may need one round trip more to move an end (Redis), when that is due.
//!
//! What is saved are the changes, applied to what the store holds *now*: if somebody was faster, theirs are read and ours done to
//! them. What is gone is never made anew: a session that was ended stays so, whatever is still in flight. Who ends a session ends it
//! under whatever id it has by then, and who logs in always begins one: for a minute it is known under an old id what became of it. (Records
//! of Flask-Session leave nothing under an old id: there a logout that comes after the new id was given finds nothing to end.)

mod begin;
mod commit;
mod end;
mod ids;
mod limit;
mod open;
mod owned;
mod record_flask;
mod record_native;
mod records;
mod taken_over;
mod write;

use std::sync::Arc;
use std::time::Duration;

use self::ids::Ids;
pub use self::owned::SessionInfo;
pub use self::record_native::{NativeRecord, RecordKind};
use self::records::Records;
use super::courtesy::Courtesies;
use super::rehearsed;
use super::server_side::{AtMost, ServerSide, WhenEnded};
use super::settings_error::SettingsError;
use super::setup::Setup;
use crate::store::{Store, Sweeper};

/// Opens and writes sessions in a store.
#[derive(Debug)]
pub(super) struct StorePlace {
    pub(super) setup: Setup,
    store: Arc<dyn Store>,
    ids: Ids,
    records: Records,
    largest_record: usize,
    at_most: Option<AtMost>,
    in_flight: Duration,
    when_ended: WhenEnded,
}

impl StorePlace {
    pub(super) fn new(settings: ServerSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let ids = Ids::new(&settings.records)?;
        let records = Records::new(&settings.records, settings.in_flight);
        let setup = Setup {
            cookie: settings.cookie.build()?,
            lifetime: settings.lifetime,
            rules: records.rules(),
            cache_control: settings.cache_control,
            clock: settings.clock,
            random: settings.random,
            rehearsal: rehearsed::of_records(&settings.records),
            courtesies: Courtesies::default(),
        };
        let ServerSide { store, largest_record, at_most, in_flight, when_ended, .. } = settings;
        Ok(Self { setup, store, ids, records, largest_record, at_most, in_flight, when_ended })
    }

    pub(super) fn refuses_if_ended(&self) -> bool {
        self.when_ended == WhenEnded::Refuse
    }

    /// What removes this program's expired entries.
    pub(super) fn sweeper(&self) -> Option<(&dyn Sweeper, &str)> {
        Some((self.store.sweeper()?, self.ids.namespace().prefix()))
    }
}
