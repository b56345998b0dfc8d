//! Where sessions are, in the cookie or in a store, and what both places have in common.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use super::best_effort::BestEffort;
use super::cookie_place::CookiePlace;
use super::error::Error;
use super::rules::Rules;
use super::session_headers::SessionHeaders;
use super::store_place::StorePlace;
use super::watches::Watches;
use crate::clock::{Clock, UnixTime};
use crate::codec::{Codec, EncodeError};
use crate::cookie::{CacheControl, SessionCookie};
use crate::lifetime::{Lifetimes, Refresh, Times};
use crate::random::Random;
use crate::session::{Device, Origin, Present, Previous, Rehearsal, SessionId, State};
use crate::store::Sweeper;
use crate::value::{ConvertError, Map};

/// How long browsers keep a cookie at most. One without `Expires`, as of a session that never expires, would be gone with the browser.
const LONGEST_COOKIE: Duration = Duration::from_secs(400 * 86_400);

#[derive(Debug, Clone)]
pub(super) enum Place {
    Cookie(Arc<CookiePlace>),
    Store(Arc<StorePlace>),
}

impl Place {
    pub(super) fn setup(&self) -> &Setup {
        match self {
            Self::Cookie(place) => &place.setup,
            Self::Store(place) => &place.setup,
        }
    }

    /// The same for all clones of a manager, and for no other manager that is in use.
    pub(super) fn identity(&self) -> usize {
        match self {
            Self::Cookie(place) => Arc::as_ptr(place).addr(),
            Self::Store(place) => Arc::as_ptr(place).addr(),
        }
    }

    pub(super) fn cookie(&self) -> &SessionCookie {
        &self.setup().cookie
    }

    pub(super) async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<State, Error> {
        match self {
            Self::Cookie(place) => place.unless_revoked(place.open(cookie_headers)).await,
            Self::Store(place) => place.open(place.presented(cookie_headers)).await,
        }
    }

    /// [`open`](Self::open) without waiting; gives the cookies back if a store has to be asked.
    pub(super) fn open_at_once<'h, I: IntoIterator<Item = &'h [u8]>>(
        &self,
        cookie_headers: I,
    ) -> Result<State, I> {
        match self {
            Self::Cookie(place) if place.revocation.is_none() => Ok(place.open(cookie_headers)),
            _ => Err(cookie_headers),
        }
    }

    /// The id here of a session that had this value in the cookie of a previous manager; `None` in a cookie.
    pub(super) fn computed_id(&self, credential: &[u8]) -> Result<Option<SessionId>, Error> {
        match self {
            Self::Cookie(_) => Ok(None),
            Self::Store(place) => place.computed_id(credential).map(Some),
        }
    }

    /// What removes expired entries, and the prefix of their keys.
    pub(super) fn sweeper(&self) -> Option<(&dyn Sweeper, &str)> {
        match self {
            Self::Cookie(place) => place.revocation.as_ref()?.sweeper(),
            Self::Store(place) => place.sweeper(),
        }
    }
}

/// The settings that both places have, made ready.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) cookie: SessionCookie,
    pub(super) lifetimes: Lifetimes,
    pub(super) rules: Rules,
    pub(super) cache_control: CacheControl,
    pub(super) clock: Clock,
    pub(super) random: Random,
    /// Tries values before they are set, in a format that does not store every value.
    pub(super) rehearsal: Option<Arc<dyn Rehearsal>>,
    pub(super) best_effort: BestEffort,
    pub(super) watches: Watches,
}

impl Setup {
    pub(super) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// Whether a session is opened even if the program never asks for it.
    pub(super) fn opens_untouched(&self) -> bool {
        self.lifetimes.everyone.refresh == Refresh::EachRequest
    }

    /// Something that the request did not ask for failed: it is left for another request.
    pub(super) fn best_effort_skipped(&self, why: &Error) {
        self.best_effort.skipped(why, self.now());
    }

    /// A session before anything is in it.
    pub(super) fn blank(&self, now: UnixTime) -> Present {
        let is_permanent = self.lifetimes.is_permanent_by_default();
        let pinned = self.rules.layout.pinned_key().filter(|_| is_permanent);
        let data = pinned.map_or_else(Map::new, |key| Map::from([(key, true)]));
        let times = Times { created: now, refreshed: now };
        let device = Device::default();
        Present { data, is_permanent, times, timeouts: None, owner: None, device, is_presented: false }
    }

    /// A new session, for a client that sent a cookie or none.
    pub(super) fn fresh(&self, was_sent: bool, now: UnixTime) -> State {
        let client_may_hold = was_sent || self.rules.removes_cookie_unasked;
        self.state(self.blank(now), Origin { client_may_hold, ..Origin::default() })
    }

    /// A session that was opened here.
    pub(super) fn opened(&self, present: Present, origin: Origin) -> State {
        let origin = Origin { times: Some(present.times), client_may_hold: true, ..origin };
        self.state(present, origin)
    }

    fn state(&self, present: Present, origin: Origin) -> State {
        let mut state = State::new(present, self.rules.layout, self.lifetimes, origin);
        state.can_be_merged = !self.rules.is_in_cookie;
        state.rehearsal.clone_from(&self.rehearsal);
        state
    }

    /// A session that a previous manager has opened, as one of this manager: not stored here yet.
    pub(super) fn adopt(&self, present: Present, owned_since: UnixTime, previous: Previous) -> State {
        let origin = Origin {
            outdated: self.rules.is_in_cookie,
            owned_since: Some(owned_since),
            previous: Some(Box::new(previous)),
            ..Origin::default()
        };
        self.opened(present.laid_out(self.rules.layout), origin)
    }

    /// The line that gives the client this value of its cookie.
    pub(super) fn set_cookie(
        &self,
        value: &str,
        state: &State,
        is_permanent: bool,
        now: UnixTime,
    ) -> Result<String, Error> {
        let lifetime = self.lifetimes.of(state.timeouts());
        let expires = if is_permanent { lifetime.ends(self.times(state, now)) } else { None };
        let line = match expires {
            None if is_permanent && self.rules.sends_max_age => {
                self.cookie.set_until(value, now.plus(LONGEST_COOKIE), now)
            }
            Some(expires) if self.rules.sends_max_age => self.cookie.set_until(value, expires, now),
            expires => self.cookie.set(value, expires),
        };
        line.map_err(|error| Error::cookie_too_large(error, state.data()))
    }

    /// The times of a session that is written now.
    pub(super) fn times(&self, state: &State, now: UnixTime) -> Times {
        let began = state.origin.times.filter(|_| !state.begins_anew());
        Times { created: began.map_or(now, |times| times.created), refreshed: now }
    }

    pub(super) fn reply(&self, state: &State, set_cookie: Option<String>) -> SessionHeaders {
        let varies = state.accessed || set_cookie.is_some();
        SessionHeaders { set_cookie, varies, cache_control: self.cache_control, ..SessionHeaders::default() }
    }
}

/// A format that does not store every value: it is written and read once.
impl<C: Codec + Debug + Send + Sync> Rehearsal for C {
    fn there_and_back(&self, data: &Map) -> Result<Map, ConvertError> {
        let bytes = self.encode(data).map_err(|error| match error {
            EncodeError::InKey { key, within, error } => ConvertError::new(error).within(&within).in_key(key),
            other => ConvertError::new(other),
        })?;
        self.decode(&bytes).map_err(ConvertError::new)
    }
}
