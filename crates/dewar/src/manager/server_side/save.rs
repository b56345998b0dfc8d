//! Saving a session that lives in a store: what the plan says.

use super::keeper::ServerSideKeeper;
use super::settings::WhenEnded;
use super::write::{Written, ended};
use crate::clock::UnixTime;
use crate::manager::plan::{Arrival, Facts, Plan, plan};
use crate::manager::{Error, Reply};
use crate::session::{SavePermit, Saved, Session, State};

/// What is to be done at the end of a request.
pub(in crate::manager) enum Saving {
    /// Nothing is asked of the store.
    Done(Result<Reply, Error>),
    /// The store is to be asked.
    Todo(Plan),
}

impl ServerSideKeeper {
    /// Decides what is to be done, and does it if that takes no store.
    pub(in crate::manager) fn decide(&self, session: &Session) -> Saving {
        let now = self.settings.clock.now();
        let state = session.lock();
        match plan(self.facts(&state, now)) {
            Plan::Leave => Saving::Done(self.leave(&state)),
            // There is nothing in the store; the client has a cookie to forget.
            Plan::Delete if state.origin.kept.is_none() && state.origin.unreadable.is_none() => {
                Saving::Done(Ok(self.reply(&state, Some(self.cookie.remove()))))
            }
            // The end was moved when the session was read; what is left is the cookie's.
            Plan::Refresh if !state.origin.outdated => {
                let set_cookie = state.is_permanent().then(|| self.set_cookie(&state, true, now)).transpose();
                let reply = set_cookie.map(|set_cookie| self.reply(&state, set_cookie));
                Saving::Done(Ok(reply.unwrap_or_else(|why| self.leave_for_later(&state, &why, now))))
            }
            plan => Saving::Todo(plan),
        }
    }

    /// Does what was decided.
    pub(in crate::manager) async fn carry_out(
        &self,
        permit: &SavePermit,
        plan: Plan,
    ) -> Result<Reply, Error> {
        let session = permit.session();
        let now = self.settings.clock.now();
        let written = match plan {
            Plan::Create => self.create_after(session, now).await?,
            Plan::Begin => self.begin(session, now).await?,
            Plan::Replace => self.replace(session, now).await?,
            Plan::Delete if session.lock().is_final() => self.end(session, now).await?,
            Plan::Delete if session.lock().origin.unreadable.is_some() => self.end(session, now).await?,
            Plan::Delete | Plan::Update => self.update(session, now).await?,
            Plan::Refresh => return Ok(self.refresh(session, now).await),
            Plan::EndSuccessor => self.end_successor(session, now).await?,
            Plan::Leave => Written::Kept,
        };
        let written = match written {
            Written::Kept => self.admit_if_possible(session, None, now).await,
            Written::KeptBeside(other) => self.admit_if_possible(session, Some(other), now).await,
            written => written,
        };
        self.answer(&session.lock(), plan, written, now)
    }

    /// What the program forgets is forgotten wherever it is: under a newer id, or in a record that cannot be read.
    async fn create_after(&self, session: &Session, now: UnixTime) -> Result<Written, Error> {
        let (is_final, is_known) = {
            let state = session.lock();
            (state.is_final(), state.origin.id().is_some() || !state.origin.others.is_empty())
        };
        if is_final && is_known {
            self.end_what_is_known(session, now).await?;
        }
        self.create(session, now).await
    }

    /// What a request does under an id that is no more is dropped.
    fn leave(&self, state: &State) -> Result<Reply, Error> {
        if let Some(ended_id) = &state.origin.ended_id
            && state.is_modified()
        {
            let dropped = ended(&self.ids.key(&ended_id.id));
            return self.answer(state, Plan::Leave, dropped, self.settings.clock.now());
        }
        Ok(self.reply(state, None))
    }

    /// Nobody changed it: if it cannot be written anew now, the next request tries.
    async fn refresh(&self, session: &Session, now: UnixTime) -> Reply {
        match self.update(session, now).await {
            Ok(Written::Kept) => {
                let state = session.lock();
                let reply = self.answer(&state, Plan::Refresh, Written::Kept, now);
                reply.unwrap_or_else(|why| self.leave_for_later(&state, &why, now))
            }
            Ok(_) => self.reply(&session.lock(), None),
            Err(why) => self.leave_for_later(&session.lock(), &why, now),
        }
    }

    fn leave_for_later(&self, state: &State, why: &Error, now: UnixTime) -> Reply {
        self.courtesies.skipped(why, now);
        self.reply(state, None)
    }

    fn facts(&self, state: &State, now: UnixTime) -> Facts {
        let origin = &state.origin;
        let is_refresh_due = origin
            .times
            .is_some_and(|times| self.settings.lifetime.is_refresh_due(times, state.is_permanent(), now));
        Facts {
            is_kept: origin.kept.is_some(),
            is_unreadable: origin.unreadable.is_some(),
            is_empty: state.is_blank(),
            is_destroyed: state.destroyed,
            is_modified: state.is_modified(),
            is_final: state.is_final(),
            new_id: state.new_id(),
            client_may_hold: origin.client_may_hold,
            is_refresh_due: is_refresh_due || origin.outdated,
            arrival: match &origin.ended_id {
                None => Arrival::InTime,
                Some(ended) if ended.is_in_flight => Arrival::InFlight,
                Some(_) => Arrival::Late,
            },
        }
    }

    fn answer(&self, state: &State, plan: Plan, written: Written, now: UnixTime) -> Result<Reply, Error> {
        let set_cookie = match written {
            Written::Kept if self.is_cookie_due(state.saved(), plan) => {
                Some(self.set_cookie(state, state.saved().is_permanent, now)?)
            }
            Written::Kept | Written::KeptBeside(_) => None,
            Written::Removed if plan == Plan::EndSuccessor => None,
            Written::Removed => Some(self.cookie.remove()),
            // The client has a newer cookie by now, or none. Its old id leads nowhere.
            Written::EndedMeanwhile
                if self.settings.when_ended == WhenEnded::Refuse && !state.only_renews_its_id() =>
            {
                return Err(Error::ended());
            }
            Written::EndedMeanwhile => None,
        };
        Ok(self.reply(state, set_cookie))
    }

    /// A client that knows the id already is told again only if its cookie's end moves or goes; Flask tells it after each change.
    fn is_cookie_due(&self, saved: &Saved, plan: Plan) -> bool {
        let is_told = match plan {
            Plan::Create | Plan::Begin | Plan::Replace => true,
            Plan::Refresh => false,
            _ => saved.permanence_was_set || self.rules.sets_cookie_after_each_change,
        };
        is_told || saved.is_permanent
    }

    pub(super) fn set_cookie(
        &self,
        state: &State,
        is_permanent: bool,
        now: UnixTime,
    ) -> Result<String, Error> {
        let Some(kept) = &state.origin.kept else { return Ok(self.cookie.remove()) };
        let times = state.origin.times.map(|times| times.refreshed_at(now));
        let expires = times.filter(|_| is_permanent).and_then(|times| self.settings.lifetime.ends(times));
        let token = self.ids.write(&kept.id);
        let line = match expires {
            Some(expires) if self.rules.sends_max_age => self.cookie.set_until(&token, expires, now),
            expires => self.cookie.set(&token, expires),
        };
        line.map_err(|error| Error::cookie_too_large(error, state.data()))
    }

    fn reply(&self, state: &State, set_cookie: Option<String>) -> Reply {
        let varies = state.accessed || set_cookie.is_some();
        Reply { set_cookie, varies, cache_control: self.settings.cache_control, ..Reply::default() }
    }
}
