//! The cookie *is* the session.
//!
//! What it cannot promise: two responses to parallel requests of one client each carry a whole cookie, and the browser keeps
//! the one that came last; and a cookie that somebody copied stays valid until its time is over, whatever the server forgets.
//! Where that matters, keep sessions in a store.

use super::courtesy::Courtesies;
use super::epochs::EpochKeeper;
use super::error::Error;
use super::format::{Contents, Format, Opened};
use super::plan::{Facts, Plan, plan};
use super::reply::Reply;
use super::settings::{ClientSide, CookieFormat, SettingsError};
use crate::clock::UnixTime;
use crate::cookie::{self, SessionCookie};
use crate::lifetime::{Permanence, Refresh, Times};
use crate::session::{Device, Origin, PERMANENT_KEY, PermanentFlag, Session, State};
use crate::signing::KeyAge;
use crate::value::{Map, Text};

/// Opens and saves sessions that live in the cookie.
#[derive(Debug)]
pub(super) struct ClientSideKeeper {
    settings: ClientSide,
    cookie: SessionCookie,
    format: Format,
    also_read: Vec<Format>,
    epochs: Option<EpochKeeper>,
    courtesies: Courtesies,
}

impl ClientSideKeeper {
    pub(super) fn new(settings: ClientSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let cookie = settings.cookie.clone().build()?;
        let format_of = |format| Format::new(format, &settings.keys, cookie.name());
        let format = format_of(&settings.format)?;
        let also_read = settings.also_read.iter().map(format_of).collect::<Result<_, _>>()?;
        let epochs = settings.epochs.as_ref().map(EpochKeeper::new).transpose()?;
        Ok(Self { settings, cookie, format, also_read, epochs, courtesies: Courtesies::default() })
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

    /// The first cookie of our name that opens, else a new session.
    pub(super) fn open<'h>(&self, cookie_headers: impl IntoIterator<Item = &'h [u8]>) -> State {
        let now = self.settings.clock.now();
        let mut was_sent = false;
        let opened = cookie::candidates(cookie_headers, self.cookie.name())
            .inspect(|_| was_sent = true)
            .find_map(|token| self.read(&token, now));
        match opened {
            Some((opened, is_current)) => self.opened(opened, is_current),
            None => self.fresh(was_sent),
        }
    }

    fn read(&self, token: &[u8], now: UnixTime) -> Option<(Opened, bool)> {
        let formats =
            [(&self.format, true)].into_iter().chain(self.also_read.iter().map(|format| (format, false)));
        let mut fitting = formats.filter(|(format, _)| format.recognises(token));
        fitting.find_map(|(format, is_current)| {
            Some((format.read(token, &self.settings.lifetime, now)?, is_current))
        })
    }

    fn opened(&self, opened: Opened, is_current: bool) -> State {
        let Opened { mut data, is_permanent, times, owner, key } = opened;
        if !is_current && !self.writes_flask() {
            // Out of a Flask cookie: sealed ones keep it beside the data.
            data.remove(PERMANENT_KEY);
        }
        let flag = self.flag(is_permanent, !is_current);
        // Flask itself leaves a cookie of an old key as it is until the next write.
        let outdated = !is_current || (key == KeyAge::Older && !self.writes_flask());
        let (owner, owned_since) = owner.unzip();
        let origin =
            Origin { times: Some(times), client_may_hold: true, outdated, owned_since, ..Origin::default() };
        State::new(data, flag, origin).with_owner(owner, Device::default())
    }

    fn fresh(&self, was_sent: bool) -> State {
        let flag = self.flag(self.settings.lifetime.permanence == Permanence::Permanent, true);
        // Flask removes the cookie of a session that was emptied without asking whether there is one.
        let client_may_hold = was_sent || self.writes_flask();
        State::new(Map::new(), flag, Origin { client_may_hold, ..Origin::default() })
    }

    /// Where the format that writes looks for the permanent flag; `is_apart` if the data do not say it yet.
    fn flag(&self, is_permanent: bool, is_apart: bool) -> PermanentFlag {
        if self.writes_flask() {
            PermanentFlag::InData { otherwise: is_permanent && is_apart }
        } else {
            PermanentFlag::Apart(is_permanent)
        }
    }

    fn writes_flask(&self) -> bool {
        matches!(self.settings.format, CookieFormat::Flask(_))
    }

    /// Whether no store is ever asked.
    #[cfg(feature = "tower")]
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

    /// The owner for whom the session is to be stamped before it can be written.
    pub(super) fn owner_to_stamp(&self, state: &State) -> Option<Text> {
        state.owner().filter(|_| self.epochs.is_some() && state.changes.has_owner())
    }

    /// [`save`](Self::save) for a session that has just come to its owner.
    pub(super) async fn save_stamped(&self, session: &Session, owner: Text) -> Result<Reply, Error> {
        if let Some(epochs) = &self.epochs {
            let stamp = epochs.stamp(&owner, self.settings.clock.now()).await?;
            session.lock().origin.owned_since = Some(stamp);
        }
        self.save(&session.lock())
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

    pub(super) fn save(&self, state: &State) -> Result<Reply, Error> {
        let now = self.settings.clock.now();
        let set_cookie = match plan(self.facts(state, now)) {
            Plan::Leave | Plan::EndSuccessor => None,
            Plan::Delete => Some(self.cookie.remove()),
            Plan::Refresh => self.refresh(state, now),
            // There is no id to replace; a new cookie is all there is to give.
            Plan::Create | Plan::Replace | Plan::Update => Some(self.write(state, now)?),
        };
        let varies = state.accessed || set_cookie.is_some();
        Ok(Reply { set_cookie, varies, cache_control: self.settings.cache_control, ..Reply::default() })
    }

    /// The client keeps the cookie it has if it cannot be written anew: too large, a value the format has no word for.
    fn refresh(&self, state: &State, now: UnixTime) -> Option<String> {
        self.write(state, now).inspect_err(|why| self.courtesy_skipped(why)).ok()
    }

    fn facts(&self, state: &State, now: UnixTime) -> Facts {
        let Origin { times, client_may_hold, outdated, .. } = state.origin;
        let is_refresh_due = times
            .is_some_and(|times| self.settings.lifetime.is_refresh_due(times, state.is_permanent(), now));
        Facts {
            is_kept: times.is_some(),
            is_empty: state.is_blank(),
            is_destroyed: state.destroyed,
            is_modified: state.is_modified(),
            wants_new_id: state.changes.new_id,
            client_may_hold,
            is_refresh_due: is_refresh_due || outdated,
            came_too_late: false,
        }
    }

    fn write(&self, state: &State, now: UnixTime) -> Result<String, Error> {
        let created = state.origin.times.map_or(now, |times| times.created);
        let times = Times { created, refreshed: now };
        let is_permanent = state.is_permanent();
        let owner = if self.writes_flask() { None } else { state.owner() };
        let owner = owner.map(|owner| (owner, state.origin.owned_since.unwrap_or(now)));
        let contents = Contents { data: state.data(), is_permanent, times, owner };
        let token = self.format.write(&contents, &self.settings.random)?;
        let expires = if is_permanent { self.settings.lifetime.ends(times) } else { None };
        let line = match expires {
            Some(expires) if !self.writes_flask() => self.cookie.set_until(&token, expires, now),
            expires => self.cookie.set(&token, expires),
        };
        line.map_err(|error| Error::cookie_too_large(error, state.data()))
    }
}
