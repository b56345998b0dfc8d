//! Where sessions are stored, in the cookie or in a store, and what both have in common.

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
use crate::session::{Device, Origin, Previous, RoundTrip, Session, SessionId, State, StoredSession};
use crate::store::Sweeper;
use crate::value::{ConvertError, Map};

/// The maximum age that browsers accept for a cookie. Without `Expires`, the cookie of a session that never expires would be dropped when
/// the browser is closed.
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

    /// A number shared by all clones of a manager, and by no other manager that is in use.
    pub(super) fn identity(&self) -> usize {
        match self {
            Self::Cookie(place) => Arc::as_ptr(place).addr(),
            Self::Store(place) => Arc::as_ptr(place).addr(),
        }
    }

    pub(super) fn cookie(&self) -> &SessionCookie {
        &self.setup().cookie
    }

    /// Whether a save that needs a store need not wait.
    pub(super) fn answers_at_once(&self) -> bool {
        match self {
            Self::Cookie(_) => false,
            Self::Store(place) => place.answers_at_once(),
        }
    }

    /// The id that a session with this value in the cookie of a previous manager gets in this store; `None` for cookies.
    pub(super) fn computed_id(&self, credential: &[u8]) -> Result<Option<SessionId>, Error> {
        match self {
            Self::Cookie(_) => Ok(None),
            Self::Store(place) => place.computed_id(credential).map(Some),
        }
    }

    /// The sweeper for expired entries, and the prefix of their keys.
    pub(super) fn sweeper(&self) -> Option<(&dyn Sweeper, &str)> {
        match self {
            Self::Cookie(place) => place.revocation.as_ref()?.sweeper(),
            Self::Store(place) => place.sweeper(),
        }
    }
}

/// The prepared settings that both kinds of place have.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) cookie: SessionCookie,
    pub(super) lifetimes: Lifetimes,
    pub(super) rules: Rules,
    pub(super) cache_control: CacheControl,
    pub(super) clock: Clock,
    pub(super) random: Random,
    /// Checks values before they are set, if the format cannot represent every value.
    pub(super) round_trip: Option<Arc<dyn RoundTrip>>,
    pub(super) best_effort: BestEffort,
    pub(super) watches: Watches,
}

impl Setup {
    pub(super) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// Whether a session is opened and refreshed even if the program does not use it.
    pub(super) fn refreshes_each_request(&self) -> bool {
        self.lifetimes.general.refresh == Refresh::EachRequest
    }

    /// Something that the request did not ask for failed: a later request tries again.
    pub(super) fn best_effort_skipped(&self, why: &Error) {
        self.best_effort.skipped(why, self.now());
    }

    /// An empty session.
    pub(super) fn blank(&self, now: UnixTime) -> StoredSession {
        let is_permanent = self.lifetimes.is_permanent_by_default();
        let pinned = self.rules.layout.pinned_key().filter(|_| is_permanent);
        let data = pinned.map_or_else(Map::new, |key| Map::from([(key, true)]));
        let times = Times { created: now, refreshed: now };
        let device = Device::default();
        StoredSession { data, is_permanent, times, timeouts: None, owner: None, device, is_presented: false }
    }

    /// A new session, for a client that may have sent a cookie.
    pub(super) fn fresh(&self, was_sent: bool, now: UnixTime) -> Session {
        self.fresh_from(Origin::default(), was_sent, now)
    }

    /// A new session, for a client that may have sent ids of other sessions.
    pub(super) fn fresh_from(&self, mut origin: Origin, was_sent: bool, now: UnixTime) -> Session {
        origin.client_may_have_cookie = was_sent || self.rules.removes_cookie_unasked;
        self.session(self.blank(now), origin)
    }

    /// A session that was opened by this manager.
    pub(super) fn opened(&self, present: StoredSession, mut origin: Origin) -> Session {
        origin.times = Some(present.times);
        origin.client_may_have_cookie = true;
        self.session(present, origin)
    }

    /// A state is large: it is made here and never moved again.
    fn session(&self, present: StoredSession, origin: Origin) -> Session {
        let mut state = State::new(present, self.rules.layout, self.lifetimes, origin);
        state.can_be_merged = !self.rules.is_in_cookie;
        state.round_trip.clone_from(&self.round_trip);
        Session::new(state)
    }

    /// Turns a session that a previous manager opened into one of this manager. It is not stored here yet.
    pub(super) fn adopt(&self, present: StoredSession, owned_since: UnixTime, previous: Previous) -> Session {
        let origin = Origin {
            outdated: self.rules.is_in_cookie,
            owned_since: Some(owned_since),
            previous: Some(Box::new(previous)),
            ..Origin::default()
        };
        self.opened(present.with_layout(self.rules.layout), origin)
    }

    /// The `Set-Cookie` line with this value.
    pub(super) fn set_cookie(
        &self,
        value: &str,
        state: &State,
        is_permanent: bool,
        now: UnixTime,
    ) -> Result<String, Error> {
        let lifetime = self.lifetimes.of(state.timeouts());
        let expires = if is_permanent { lifetime.expires_at(self.times(state, now)) } else { None };
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
        let began = state.origin.times.filter(|_| !state.is_restarted());
        Times { created: began.map_or(now, |times| times.created), refreshed: now }
    }

    pub(super) fn reply(&self, state: &State, set_cookie: Option<String>) -> SessionHeaders {
        let varies = state.accessed || set_cookie.is_some();
        SessionHeaders { set_cookie, varies, cache_control: self.cache_control, ..SessionHeaders::default() }
    }
}

/// Checks a value by encoding and decoding it once.
impl<C: Codec + Debug + Send + Sync> RoundTrip for C {
    fn round_trip(&self, data: &Map) -> Result<Map, ConvertError> {
        let bytes = self.encode(data).map_err(|error| match error {
            EncodeError::InKey { key, within, error } => ConvertError::new(error).within(&within).in_key(key),
            other => ConvertError::new(other),
        })?;
        self.decode(&bytes).map_err(ConvertError::new)
    }
}
