//! What opening, saving and listing sessions in a store have in common: the settings, made ready.

use super::ids::Ids;
use super::records::Records;
use super::settings::ServerSide;
use crate::cookie::SessionCookie;
use crate::lifetime::Refresh;
use crate::manager::courtesy::Courtesies;
use crate::manager::rules::Rules;
use crate::manager::{Error, SettingsError};

/// Opens and saves sessions that live in a store.
#[derive(Debug)]
pub(in crate::manager) struct ServerSideKeeper {
    pub(super) settings: ServerSide,
    pub(super) cookie: SessionCookie,
    pub(super) ids: Ids,
    pub(super) records: Records,
    pub(in crate::manager) rules: Rules,
    pub(super) courtesies: Courtesies,
}

impl ServerSideKeeper {
    pub(in crate::manager) fn new(settings: ServerSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let cookie = settings.cookie.clone().build()?;
        let ids = Ids::new(&settings.records)?;
        let records = Records::new(&settings.records, settings.in_flight);
        let rules = records.rules();
        Ok(Self { settings, cookie, ids, records, rules, courtesies: Courtesies::default() })
    }

    pub(in crate::manager) fn cookie(&self) -> &SessionCookie {
        &self.cookie
    }

    /// Something that was to be done for a session that its request did not change is left for another time.
    pub(in crate::manager) fn courtesy_skipped(&self, why: &Error) {
        self.courtesies.skipped(why, self.settings.clock.now());
    }

    /// Whether a session is to be opened even if the program never asks for it.
    pub(in crate::manager) fn opens_untouched(&self) -> bool {
        self.settings.lifetime.refresh == Refresh::EachRequest
    }

    pub(in crate::manager) fn needs_sweeping(&self) -> bool {
        self.settings.store.sweeper().is_some()
    }

    /// Removes what has expired of this program's.
    pub(in crate::manager) async fn sweep(&self, at_most: usize) -> Result<usize, Error> {
        let Some(sweeper) = self.settings.store.sweeper() else { return Ok(0) };
        Ok(sweeper.sweep(self.ids.namespace().prefix(), at_most, self.settings.clock.now()).await?)
    }
}
