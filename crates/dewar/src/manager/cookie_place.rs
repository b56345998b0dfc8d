//! The cookie *is* the session.
//!
//! What it cannot promise: two responses to parallel requests of one client each carry a whole cookie, and the browser stores
//! the one that came last; and a copied cookie stays valid until it expires, whatever the server does.
//! Where that matters, store sessions on the server.

use std::borrow::Cow;

use super::client_side::ClientSide;
use super::cookie_format::{Contents, Format, Opened};
use super::courtesy::Courtesies;
use super::epochs::OpenEpochs;
use super::error::Error;
use super::plan::Outcome;
use super::settings_error::SettingsError;
use super::setup::Setup;
use crate::clock::UnixTime;
use crate::cookie;
use crate::lifetime::Times;
use crate::session::{Device, Former, Layout, Origin, Present, Session, State};
use crate::signing::KeyAge;
use crate::value::Text;

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

/// Opens and writes sessions in cookies.
#[derive(Debug)]
pub(super) struct CookiePlace {
    pub(super) setup: Setup,
    pub(super) epochs: Option<OpenEpochs>,
    format: Format,
}

impl CookiePlace {
    pub(super) fn new(settings: ClientSide) -> Result<Self, SettingsError> {
        settings.check()?;
        let cookie = settings.cookie.build()?;
        let format = Format::new(&settings.format, &settings.keys, cookie.name())?;
        let epochs = settings.epochs.as_ref().map(OpenEpochs::new).transpose()?;
        let setup = Setup {
            cookie,
            lifetime: settings.lifetime,
            rules: format.rules(),
            cache_control: settings.cache_control,
            clock: settings.clock,
            random: settings.random,
            rehearsal: settings.format.rehearsal(),
            courtesies: Courtesies::default(),
        };
        Ok(Self { setup, epochs, format })
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
        let now = self.setup.now();
        let (mut was_sent, mut newest) = (false, None);
        for token in cookie::candidates(cookie_headers, self.setup.cookie.name()) {
            was_sent = true;
            let Some(opened) = self.format.read(&token, &self.setup.lifetime, now) else { continue };
            let is_newer = |(newest, _): &(Opened, _)| of_equals.is_newer(opened.times, newest.times);
            if newest.as_ref().is_none_or(is_newer) {
                newest = Some((opened, token));
            }
        }
        match newest {
            Some((opened, token)) => (self.opened(opened), Some(token)),
            None => (self.setup.fresh(was_sent, now), None),
        }
    }

    fn opened(&self, opened: Opened) -> State {
        let Opened { data, is_permanent, times, owner, key, moved_from } = opened;
        let (owner, owned_since) = owner.unzip();
        let former = moved_from.map(|id| Box::new(Former { id: Some(id), ..Former::default() }));
        let outdated = former.is_some() || (key == KeyAge::Older && self.setup.rules.renews_older_keys);
        let origin = Origin { outdated, owned_since, former, ..Origin::default() };
        let device = Device::default();
        self.setup.opened(Present { data, is_permanent, times, owner, device, is_presented: true }, origin)
    }

    /// The same session, unless all of its owner's sessions have ended since it was stamped: then a new one.
    pub(super) async fn unless_revoked(&self, state: State) -> Result<State, Error> {
        let (Some(epochs), Some(owner)) = (&self.epochs, state.owner()) else { return Ok(state) };
        let now = self.setup.now();
        let since = state.origin.owned_since.unwrap_or(UnixTime::EPOCH);
        let is_current = epochs.is_current(&owner, since, now).await?;
        Ok(if is_current { state } else { self.setup.fresh(true, now) })
    }

    /// Whether the session has a new owner, and its cookie must say since when.
    pub(super) fn needs_stamp(&self, state: &State) -> bool {
        self.epochs.is_some() && state.new_owner().is_some()
    }

    /// Notes since when the session is its owner's.
    pub(super) async fn stamp(&self, session: &Session) -> Result<Outcome, Error> {
        let owner = session.lock().owner();
        if let (Some(epochs), Some(owner)) = (&self.epochs, owner) {
            let stamp = epochs.stamp(&owner, self.setup.now()).await?;
            session.lock().origin.owned_since = Some(stamp);
        }
        Ok(Outcome::Stored { moves_end: true })
    }

    /// Ends all sessions of an owner; but for one of theirs, which is stamped again when it is saved.
    pub(super) async fn end_all(&self, owner: &Text, except: Option<&Session>) -> Result<(), Error> {
        let epochs = self.epochs.as_ref().ok_or_else(Error::no_epochs)?;
        epochs.begin(owner, &self.setup.lifetime, self.setup.now()).await?;
        if let Some(session) = except.filter(|session| session.owner().as_ref() == Some(owner)) {
            session.set_owner(owner.clone());
        }
        Ok(())
    }

    /// The value of the cookie.
    pub(super) fn write(&self, state: &State, now: UnixTime) -> Result<String, Error> {
        let owner = if self.setup.rules.layout == Layout::Beside { state.owner() } else { None };
        let contents = Contents {
            data: state.data(),
            is_permanent: state.is_permanent(),
            times: self.setup.times(state, now),
            owner: owner.map(|owner| (owner, state.origin.owned_since.unwrap_or(now))),
            moved_from: state.origin.former.as_ref().and_then(|former| former.id.clone()),
        };
        self.format.write(&contents, &self.setup.random)
    }
}
