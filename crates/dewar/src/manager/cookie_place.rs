//! The cookie *is* the session.
//!
//! This has two limits. Two responses to parallel requests of one client each carry a whole cookie, and the browser stores the one that
//! arrives last. And a copied cookie is valid until it expires, whatever the server does. Where that matters, store sessions on the server.

use std::borrow::Cow;
use std::fmt::Debug;

use super::best_effort::BestEffort;
use super::client_side::ClientSide;
use super::ended::WatchState;
use super::error::Error;
use super::place::Setup;
use super::plan::Outcome;
use super::revocation::Revocations;
use super::rules::Rules;
use super::settings_error::SettingsError;
use super::watches::{WatchKey, Watches};
use crate::clock::UnixTime;
use crate::cookie;
use crate::lifetime::{Lifetimes, Timeouts, Times};
use crate::random::Random;
use crate::session::{Device, Layout, Origin, Previous, Session, SessionId, State, StoredSession};
use crate::signing::KeyAge;
use crate::value::{Map, Text};

/// Which cookie to use if several were written in the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TieBreak {
    First,
    Last,
}

impl TieBreak {
    fn is_newer(self, times: Times, than: Times) -> bool {
        let (ours, theirs) = ((times.refreshed, times.created), (than.refreshed, than.created));
        ours > theirs || (ours == theirs && self == Self::Last)
    }
}

/// Opens and writes sessions in cookies.
#[derive(Debug)]
pub(super) struct CookiePlace {
    pub(super) setup: Setup,
    pub(super) revocation: Option<Revocations>,
    format: Box<dyn Format>,
}

impl CookiePlace {
    pub(super) fn new(settings: ClientSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let round_trip = settings.format.settings().round_trip();
        let cookie = settings.cookie.build()?;
        let format = settings.format.settings().format(&settings.keys, cookie.name())?;
        let rules = format.rules();
        let revocation = settings.revocation.as_ref().map(Revocations::new).transpose()?;
        let setup = Setup {
            cookie,
            lifetimes: rules.lifetimes(settings.lifetime, settings.longest_lifetime),
            rules,
            cache_control: settings.cache_control,
            clock: settings.clock,
            random: settings.random,
            round_trip,
            best_effort: BestEffort::default(),
            watches: Watches::default(),
        };
        Ok(Self { setup, revocation, format })
    }

    /// Opens the newest valid cookie with our name, or a new session.
    pub(super) fn open<'h>(&self, cookie_headers: impl IntoIterator<Item = &'h [u8]>) -> Session {
        self.open_newest(cookie_headers, TieBreak::First).0
    }

    /// [`open`](Self::open), and the cookie that contains the session.
    pub(super) fn open_newest<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
        of_equals: TieBreak,
    ) -> (Session, Option<Cow<'h, [u8]>>) {
        let now = self.setup.now();
        let (mut was_sent, mut newest) = (false, None);
        for token in cookie::candidates(cookie_headers, self.setup.cookie.name()) {
            was_sent = true;
            let Some(opened) = self.format.read(&token, &self.setup.lifetimes, now) else { continue };
            let is_newer = |(newest, _): &(OpenedCookie, _)| of_equals.is_newer(opened.times, newest.times);
            if newest.as_ref().is_none_or(is_newer) {
                newest = Some((opened, token));
            }
        }
        match newest {
            Some((opened, token)) => (self.opened(opened), Some(token)),
            None => (self.setup.fresh(was_sent, now), None),
        }
    }

    fn opened(&self, opened: OpenedCookie) -> Session {
        let OpenedCookie { data, is_permanent, times, timeouts, owner, key, previous_id } = opened;
        let (owner, owned_since) = owner.unzip();
        let previous = previous_id.map(|id| Box::new(Previous { id: Some(id), ..Previous::default() }));
        let outdated = previous.is_some() || (key == KeyAge::Older && self.setup.rules.renews_older_keys);
        let origin = Origin { outdated, owned_since, previous, ..Origin::default() };
        let device = Device::default();
        self.setup.opened(
            StoredSession { data, is_permanent, times, timeouts, owner, device, is_presented: true },
            origin,
        )
    }

    /// Returns the same session, or a new one if all of its owner's sessions were ended since it was stamped.
    pub(super) async fn unless_revoked(&self, session: Session) -> Result<Session, Error> {
        let Some(revocation) = &self.revocation else { return Ok(session) };
        let (owner, since) = {
            let state = session.lock();
            (state.owner(), state.origin.owned_since.unwrap_or(UnixTime::EPOCH))
        };
        let Some(owner) = owner else { return Ok(session) };
        let now = self.setup.now();
        let is_current = revocation.is_current(&owner, since, now).await?;
        Ok(if is_current { session } else { self.setup.fresh(true, now) })
    }

    /// A session in a cookie can only be ended elsewhere together with all of its owner's sessions.
    pub(super) fn watch_state(&self, state: &State) -> WatchState {
        let (Some(revocation), Some(owner)) = (&self.revocation, state.owner()) else {
            return WatchState::NeverEnds;
        };
        let owned_since = match state.origin.owned_since {
            Some(since) => since,
            None if state.new_owner().is_some() => return WatchState::NotStored,
            None => UnixTime::EPOCH,
        };
        WatchState::Watch(WatchKey { key: revocation.key(&owner), owner: Some(owner), owned_since })
    }

    /// Returns the same session, or `None` if all of its owner's sessions have ended since.
    pub(super) async fn find(&self, watch_key: &WatchKey) -> Result<Option<WatchKey>, Error> {
        let (Some(revocation), Some(owner)) = (&self.revocation, &watch_key.owner) else {
            return Ok(Some(watch_key.clone()));
        };
        let is_current = revocation.is_current(owner, watch_key.owned_since, self.setup.now()).await?;
        Ok(is_current.then(|| watch_key.clone()))
    }

    /// Whether the session has a new owner, so that its cookie must contain the time of the change.
    pub(super) fn needs_stamp(&self, state: &State) -> bool {
        self.revocation.is_some() && state.new_owner().is_some()
    }

    /// Notes when the session got its owner.
    pub(super) async fn stamp(&self, session: &Session) -> Result<Outcome, Error> {
        let owner = session.lock().owner();
        if let (Some(revocation), Some(owner)) = (&self.revocation, owner) {
            let stamp = revocation.stamp(&owner, self.setup.now()).await?;
            session.lock().origin.owned_since = Some(stamp);
        }
        Ok(Outcome::Stored { changes_expiry: true })
    }

    /// Ends all sessions of an owner except one, which gets a new stamp when it is saved.
    pub(super) async fn end_all(&self, owner: &Text, except: Option<&Session>) -> Result<(), Error> {
        let revocation = self.revocation.as_ref().ok_or_else(Error::no_revocation)?;
        revocation.begin(owner, self.setup.lifetimes.longest_absolute(), self.setup.now()).await?;
        if let Some(session) = except.filter(|session| session.owner().as_ref() == Some(owner)) {
            session.set_same_owner();
        }
        Ok(())
    }

    /// Encodes the value of the cookie.
    pub(super) fn write(&self, state: &State, now: UnixTime) -> Result<String, Error> {
        let owner = if self.setup.rules.layout == Layout::Separate { state.owner() } else { None };
        let contents = CookieContents {
            data: state.data(),
            is_permanent: state.is_permanent(),
            times: self.setup.times(state, now),
            timeouts: state.timeouts(),
            owner: owner.map(|owner| (owner, state.origin.owned_since.unwrap_or(now))),
            previous_id: state.origin.previous.as_ref().and_then(|previous| previous.id.clone()),
        };
        self.format.write(&contents, &self.setup.random)
    }
}

/// A [`CookieFormat`](super::CookieFormat) with derived keys.
pub(super) trait Format: Debug + Send + Sync {
    fn rules(&self) -> Rules;

    /// Reads the session in a token; `None` if it is not ours or has expired. The client does not learn the reason. A token that looks like
    /// another format is not tried.
    fn read(&self, token: &[u8], lifetimes: &Lifetimes, now: UnixTime) -> Option<OpenedCookie>;

    fn write(&self, contents: &CookieContents<'_>, random: &Random) -> Result<String, Error>;
}

/// A session read from a cookie.
#[derive(Debug)]
pub(super) struct OpenedCookie {
    pub(super) data: Map,
    pub(super) is_permanent: bool,
    pub(super) times: Times,
    pub(super) timeouts: Option<Timeouts>,
    pub(super) owner: Option<(Text, UnixTime)>,
    pub(super) key: KeyAge,
    pub(super) previous_id: Option<SessionId>,
}

/// A session to write.
pub(super) struct CookieContents<'s> {
    pub(super) data: &'s Map,
    pub(super) is_permanent: bool,
    pub(super) times: Times,
    /// The session's own lifetime. Flask's cookie cannot store it.
    pub(super) timeouts: Option<Timeouts>,
    /// The owner, and when the session got it. Flask's cookie cannot store it.
    pub(super) owner: Option<(Text, UnixTime)>,
    /// The id in the store of a previous manager, until the client is known to have this cookie.
    pub(super) previous_id: Option<SessionId>,
}
