//! The cookie *is* the session.
//!
//! What it cannot promise: two responses to parallel requests of one client each carry a whole cookie, and the browser keeps
//! the one that came last; and a cookie that somebody copied stays valid until its time is over, whatever the server forgets.
//! Where that matters, keep sessions in a store.

use std::borrow::Cow;

use super::courtesy::Courtesies;
use super::epochs::EpochKeeper;
use super::error::Error;
use super::facts::Facts;
use super::format::{Contents, Format, Opened};
use super::plan::{CookieStep, Outcome, Plan, Refused, ResponseWasSent, plan};
use super::reply::Reply;
use super::rules::Rules;
use super::settings::{ClientSide, SettingsError};
use crate::clock::UnixTime;
use crate::cookie::{self, SessionCookie};
use crate::lifetime::{Lifetime, Permanence, Refresh, Times};
use crate::session::{Device, Former, Layout, Origin, Present, Session, State};
use crate::signing::KeyAge;
use crate::value::{Map, Text};

/// Which of several cookies counts that were written in the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Equal {
    First,
    Last,
}

impl Equal {
    fn is_newer(self, times: Times, than: Times) -> bool {
        let (ours, theirs) = ((times.refreshed, times.created), (than.refreshed, than.created));
        ours > theirs || (ours == theirs && self == Self::Last)
    }
}

/// Opens and saves sessions that live in the cookie.
#[derive(Debug)]
pub(super) struct ClientSideKeeper {
    settings: ClientSide,
    cookie: SessionCookie,
    format: Format,
    epochs: Option<EpochKeeper>,
    pub(super) rules: Rules,
    courtesies: Courtesies,
}

impl ClientSideKeeper {
    pub(super) fn new(settings: ClientSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let cookie = settings.cookie.clone().build()?;
        let format = Format::new(&settings.format, &settings.keys, cookie.name())?;
        let epochs = settings.epochs.as_ref().map(EpochKeeper::new).transpose()?;
        let rules = format.rules();
        Ok(Self { settings, cookie, format, epochs, rules, courtesies: Courtesies::default() })
    }

    pub(super) fn cookie(&self) -> &SessionCookie {
        &self.cookie
    }

    /// Something that was to be done for a session that its request did not change is left for another time.
    pub(super) fn courtesy_skipped(&self, why: &Error) {
        self.courtesies.skipped(why, self.settings.clock.now());
    }

    /// Whether a session is to be opened even if the program never asks for it.
    pub(super) fn opens_untouched(&self) -> bool {
        self.settings.lifetime.refresh == Refresh::EachRequest
    }

    /// The newest of the cookies of our name that open, else a new session.
    pub(super) fn open<'h>(&self, cookie_headers: impl IntoIterator<Item = &'h [u8]>) -> State {
        self.open_newest(cookie_headers, Equal::First).0
    }

    /// [`open`](Self::open), and the cookie that it lives in.
    pub(super) fn open_newest<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
        of_equals: Equal,
    ) -> (State, Option<Cow<'h, [u8]>>) {
        let now = self.settings.clock.now();
        let (mut was_sent, mut newest) = (false, None);
        for token in cookie::candidates(cookie_headers, self.cookie.name()) {
            was_sent = true;
            let Some(opened) = self.read(&token, now) else { continue };
            let is_newer = |(newest, _): &(Opened, _)| of_equals.is_newer(opened.times, newest.times);
            if newest.as_ref().is_none_or(is_newer) {
                newest = Some((opened, token));
            }
        }
        match newest {
            Some((opened, token)) => (self.opened(opened), Some(token)),
            None => (self.fresh(was_sent), None),
        }
    }

    fn read(&self, token: &[u8], now: UnixTime) -> Option<Opened> {
        if self.format.recognises(token) {
            self.format.read(token, &self.settings.lifetime, now)
        } else {
            None
        }
    }

    fn opened(&self, opened: Opened) -> State {
        let Opened { data, is_permanent, times, owner, key, moved_from } = opened;
        let outdated = key == KeyAge::Older && self.rules.renews_older_keys;
        let (owner, owned_since) = owner.unzip();
        let former = moved_from.map(|id| Box::new(Former { id: Some(id), ..Former::default() }));
        let origin = Origin {
            times: Some(times),
            client_may_hold: true,
            outdated: outdated || former.is_some(),
            owned_since,
            former,
            ..Origin::default()
        };
        State::new(data, self.rules.layout, is_permanent, origin).with_owner(owner, Device::default())
    }

    /// A session that a former manager has opened, as one of this manager's.
    pub(super) fn adopt(&self, present: Present, owned_since: UnixTime, former: Former) -> State {
        let Present { data, is_permanent, times, owner, device, .. } = present.laid_out(self.rules.layout);
        let origin = Origin {
            times: Some(times),
            client_may_hold: true,
            outdated: true,
            owned_since: Some(owned_since),
            former: Some(Box::new(former)),
            ..Origin::default()
        };
        State::new(data, self.rules.layout, is_permanent, origin).with_owner(owner, device)
    }

    pub(super) fn lifetime(&self) -> &Lifetime {
        &self.settings.lifetime
    }

    pub(super) fn now(&self) -> UnixTime {
        self.settings.clock.now()
    }

    fn fresh(&self, was_sent: bool) -> State {
        let is_permanent = self.settings.lifetime.permanence == Permanence::Permanent;
        let client_may_hold = was_sent || self.rules.removes_cookie_unasked;
        State::new(
            Map::new(),
            self.rules.layout,
            is_permanent,
            Origin { client_may_hold, ..Origin::default() },
        )
    }

    /// Whether no store is ever asked.
    pub(super) fn is_on_its_own(&self) -> bool {
        self.epochs.is_none()
    }

    /// The same session if it still counts for its owner; else a new one.
    pub(super) async fn if_it_counts(&self, state: State) -> Result<State, Error> {
        let (Some(epochs), Some(owner)) = (&self.epochs, state.owner()) else { return Ok(state) };
        let now = self.settings.clock.now();
        let since = state.origin.owned_since.unwrap_or(UnixTime::EPOCH);
        if epochs.counts(&owner, since, now).await? { Ok(state) } else { Ok(self.fresh(true)) }
    }

    /// [`save`](Self::save) for a session that has a new owner.
    pub(super) async fn save_stamped(&self, session: &Session, plan: Plan) -> Result<Reply, Error> {
        let owner = session.lock().owner();
        if let (Some(epochs), Some(owner)) = (&self.epochs, owner) {
            let stamp = epochs.stamp(&owner, self.settings.clock.now()).await?;
            session.lock().origin.owned_since = Some(stamp);
        }
        self.save(&session.lock(), plan)
    }

    /// Ends all sessions of an owner; but for one of theirs, which is stamped anew when it is saved.
    pub(super) async fn end_all(&self, owner: &Text, except: Option<&Session>) -> Result<(), Error> {
        let epochs = self.epochs.as_ref().ok_or_else(Error::no_epochs)?;
        epochs.begin(owner, &self.settings.lifetime, self.settings.clock.now()).await?;
        if let Some(session) = except.filter(|session| session.owner().as_ref() == Some(owner)) {
            session.set_owner(owner.clone());
        }
        Ok(())
    }

    pub(super) fn needs_sweeping(&self) -> bool {
        self.epochs.as_ref().is_some_and(|epochs| epochs.store().sweeper().is_some())
    }

    /// Epochs that are older than any cookie.
    pub(super) async fn sweep(&self, at_most: usize) -> Result<usize, Error> {
        let Some(epochs) = &self.epochs else { return Ok(0) };
        let Some(sweeper) = epochs.store().sweeper() else { return Ok(0) };
        Ok(sweeper.sweep(epochs.namespace().prefix(), at_most, self.settings.clock.now()).await?)
    }

    /// What is to be done at the end of a request.
    pub(super) fn plan(&self, state: &State) -> Result<Plan, Error> {
        let now = self.settings.clock.now();
        let facts = Facts {
            needs_stamp: self.epochs.is_some() && state.new_owner().is_some(),
            ..Facts::from_state(state, &self.rules, &self.settings.lifetime, now)
        };
        plan(facts).map_err(|ResponseWasSent| Error::response_has_left())
    }

    pub(super) fn save(&self, state: &State, plan: Plan) -> Result<Reply, Error> {
        let outcome = Outcome::Stored { moves_end: state.is_permanent() };
        let set_cookie = match plan.cookie_after(outcome).map_err(|Refused| Error::ended())? {
            CookieStep::Set => self.write_cookie(state, plan)?,
            CookieStep::Remove => Some(self.cookie.remove()),
            _ => None,
        };
        let varies = state.accessed || set_cookie.is_some();
        Ok(Reply { set_cookie, varies, cache_control: self.settings.cache_control, ..Reply::default() })
    }

    /// A courtesy that failed is left for another request: the client keeps the cookie it has.
    fn write_cookie(&self, state: &State, plan: Plan) -> Result<Option<String>, Error> {
        match self.write(state, self.settings.clock.now()) {
            Err(why) if plan.is_courtesy => {
                self.courtesy_skipped(&why);
                Ok(None)
            }
            line => line.map(Some),
        }
    }

    fn write(&self, state: &State, now: UnixTime) -> Result<String, Error> {
        let created = state.origin.times.map_or(now, |times| times.created);
        let times = Times { created, refreshed: now };
        let is_permanent = state.is_permanent();
        let owner = if self.rules.layout == Layout::Beside { state.owner() } else { None };
        let owner = owner.map(|owner| (owner, state.origin.owned_since.unwrap_or(now)));
        let moved_from = state.origin.former.as_ref().and_then(|former| former.id.clone());
        let contents = Contents { data: state.data(), is_permanent, times, owner, moved_from };
        let token = self.format.write(&contents, &self.settings.random)?;
        let expires = if is_permanent { self.settings.lifetime.ends(times) } else { None };
        let line = match expires {
            Some(expires) if self.rules.sends_max_age => self.cookie.set_until(&token, expires, now),
            expires => self.cookie.set(&token, expires),
        };
        line.map_err(|error| Error::cookie_too_large(error, state.data()))
    }
}
