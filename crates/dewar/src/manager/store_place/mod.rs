//! The cookie has the id of the session, a store has the session.
//!
//! | | store calls, one round trip each |
//! |---|---|
//! | a session that was not touched | 0 |
//! | a session that was read | 1: load, the new end riding on it |
//! | created | 1: create |
//! | changed, or given a new id | 2: load, swap or rename; once more for each write that came first |
//! | ended | 2: load, then remove it if it is what was seen; more if another write came first |
//! | begun with an ended id | 2: load, create; with an owner one more for each newer id, and one to look again |
//! | begun where there is a [limit](ServerSide::at_most) of sessions | 1 more to list, 1 for each that it ends; where the newest is refused 1 more before |
//!
//! A request with two different ids looks up both. An engine may need one round trip more to move an end (Redis), when that is due.
//!
//! What is saved are the changes, made to what the store has *now*: on a conflict, what another request wrote is read and our changes are
//! made to it. A session that has ended is never created again by a request under way. A logout ends the session under whatever id it has by
//! then, and a login always begins one: for a minute a tombstone under the old id says what became of it. (Flask-Session's records leave no
//! tombstone: there a logout that comes after a new id was given finds nothing to end.)

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
pub use self::record_native::{ParsedRecord, RecordKind};
use self::records::Records;
use super::courtesy::Courtesies;
use super::place::Setup;
use super::server_side::{AtMost, ServerSide, WhenEnded};
use super::settings_error::SettingsError;
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
            rehearsal: settings.records.rehearsal(),
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
