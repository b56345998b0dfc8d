//! Opening a session that lives in a store.

use super::ids::Ids;
use super::records::{Found, Records, Unreadable};
use super::settings::ServerSide;
use crate::clock::UnixTime;
use crate::cookie::{self, SessionCookie};
use crate::lifetime::{Permanence, Refresh};
use crate::manager::courtesy::Courtesies;
use crate::manager::observe::{Event, note};
use crate::manager::{Error, SettingsError};
use crate::session::{Kept, Origin, PERMANENT_KEY, PermanentFlag, Present, SessionId, State};
use crate::store::{Revision, StoreKey, Touch};
use crate::value::Map;

/// Opens and saves sessions that live in a store.
#[derive(Debug)]
pub(in crate::manager) struct ServerSideKeeper {
    pub(super) settings: ServerSide,
    pub(super) cookie: SessionCookie,
    pub(super) ids: Ids,
    pub(super) records: Records,
    pub(super) courtesies: Courtesies,
}

/// The ids of a request's cookies, in the order in which they were sent.
pub(in crate::manager) struct Presented {
    ids: Vec<SessionId>,
    was_sent: bool,
}

impl ServerSideKeeper {
    pub(in crate::manager) fn new(settings: ServerSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let cookie = settings.cookie.clone().build()?;
        let ids = Ids::new(&settings.records)?;
        let records = Records::new(&settings.records);
        Ok(Self { settings, cookie, ids, records, courtesies: Courtesies::default() })
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

    /// What the cookies name. Nothing is asked of the store for an id that was never given out.
    pub(in crate::manager) fn presented<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Presented {
        let mut was_sent = false;
        let ids = cookie::candidates(cookie_headers, self.cookie.name())
            .inspect(|_| was_sent = true)
            .filter_map(|token| self.ids.read(&token))
            .collect();
        Presented { ids, was_sent }
    }

    /// The first session that one of these ids names, else a new one.
    pub(in crate::manager) async fn open(&self, presented: Presented) -> Result<State, Error> {
        let mut came_too_late = None;
        for id in presented.ids {
            let key = self.ids.key(&id);
            let now = self.settings.clock.now();
            let stored = self.settings.store.load(&key, self.touch(now), now).await?;
            let Some(stored) = stored else {
                note(Event::UnknownId, &key);
                continue;
            };
            match self.records.read(&key, &stored, &self.settings.lifetime, now) {
                Found::Session { present, outdated } => {
                    return Ok(self.opened(id, stored.revision, present, outdated));
                }
                Found::Tombstone { .. } => {
                    note(Event::CameTooLate, &key);
                    came_too_late = Some(id);
                }
                Found::Over => {}
                Found::Unreadable(why) => note_unreadable(why, &key),
            }
        }
        Ok(self.fresh(presented.was_sent, came_too_late))
    }

    pub(in crate::manager) fn needs_sweeping(&self) -> bool {
        self.settings.store.sweeper().is_some()
    }

    /// Removes what has expired of this program's.
    pub(in crate::manager) async fn sweep(&self, at_most: usize) -> Result<usize, Error> {
        let Some(sweeper) = self.settings.store.sweeper() else { return Ok(0) };
        Ok(sweeper.sweep(self.ids.namespace().prefix(), at_most, self.settings.clock.now()).await?)
    }

    /// Reading a session moves its end, in the same round trip; unless only a change does, or idleness never ends it.
    fn touch(&self, now: UnixTime) -> Option<Touch> {
        let lifetime = &self.settings.lifetime;
        let idle = lifetime.idle?;
        let expires = now.plus(idle);
        match lifetime.refresh {
            Refresh::EachRequest => Some(Touch { expires, if_before: expires }),
            Refresh::WhenDue => Some(Touch { expires, if_before: now.plus(idle - idle / 10) }),
            Refresh::OnChange => None,
        }
    }

    fn opened(&self, id: SessionId, revision: Revision, present: Present, outdated: bool) -> State {
        let flag = self.flag(present.is_permanent);
        let origin = Origin {
            times: Some(present.times),
            kept: Some(Kept { id, revision }),
            client_may_hold: true,
            outdated,
            ..Origin::default()
        };
        State::new(present.data, flag, origin).with_owner(present.owner, present.device)
    }

    fn fresh(&self, was_sent: bool, came_too_late: Option<SessionId>) -> State {
        let is_permanent = self.settings.lifetime.permanence == Permanence::Permanent;
        let data = match self.flag(is_permanent) {
            // Flask-Session puts the flag in before everything else.
            PermanentFlag::Pinned if is_permanent => Map::from([(PERMANENT_KEY, true)]),
            _ => Map::new(),
        };
        // Flask-Session removes the cookie of a session that was emptied without asking whether there is one.
        let client_may_hold = was_sent || !self.records.is_native();
        let origin = Origin { client_may_hold, came_too_late, ..Origin::default() };
        State::new(data, self.flag(is_permanent), origin)
    }

    fn flag(&self, is_permanent: bool) -> PermanentFlag {
        if self.records.is_native() { PermanentFlag::Apart(is_permanent) } else { PermanentFlag::Pinned }
    }
}

pub(super) fn note_unreadable(why: Unreadable, key: &StoreKey) {
    note(
        match why {
            Unreadable::MixedUp => Event::MixedUp,
            Unreadable::Corrupt => Event::Corrupt,
        },
        key,
    );
}
