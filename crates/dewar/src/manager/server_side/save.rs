//! Saving a session that lives in a store: what the plan says.

use super::commit::{Saving, ended};
use super::keeper::ServerSideKeeper;
use super::settings::WhenEnded;
use crate::clock::UnixTime;
use crate::manager::facts::Facts;
use crate::manager::plan::{CookieStep, Outcome, Plan, Refused, ResponseWasSent, StoreStep, plan};
use crate::manager::{Error, Reply};
use crate::session::{SavePermit, Session, State};

impl ServerSideKeeper {
    /// What is to be done at the end of a request.
    pub(in crate::manager) fn plan(&self, session: &Session) -> Result<Plan, Error> {
        let now = self.settings.clock.now();
        let facts = Facts {
            refuses_if_ended: self.settings.when_ended == WhenEnded::Refuse,
            ..Facts::from_state(&session.lock(), &self.rules, &self.settings.lifetime, now)
        };
        plan(facts).map_err(|ResponseWasSent| Error::response_has_left())
    }

    /// Does what was planned without asking the store.
    pub(in crate::manager) fn save_at_once(&self, session: &Session, plan: Plan) -> Result<Reply, Error> {
        let state = session.lock();
        let is_permanent = state.is_permanent();
        let outcome = match (plan.store, &state.origin.ended_id) {
            (StoreStep::Drop, Some(ended_id)) => ended(&self.ids.key(&ended_id.id)).outcome(false),
            _ => Outcome::Stored { moves_end: is_permanent },
        };
        self.unless_a_courtesy(plan, &state, self.answer(plan, &state, outcome, is_permanent))
    }

    /// Does what was planned.
    pub(in crate::manager) async fn save(&self, permit: &SavePermit, plan: Plan) -> Result<Reply, Error> {
        let session = permit.session();
        let commit = self.commit(Saving { session, plan, now: self.settings.clock.now() }).await;
        let state = session.lock();
        let saved = state.saved();
        let moves_end = saved.is_permanent || saved.permanence_was_set;
        let answer = commit
            .and_then(|commit| self.answer(plan, &state, commit.outcome(moves_end), saved.is_permanent));
        let answer = self.unless_a_courtesy(plan, &state, answer);
        match plan.cookie {
            CookieStep::RemoveInAnyCase => answer.map_err(|why| why.with_removal(self.cookie.remove())),
            _ => answer,
        }
    }

    fn answer(
        &self,
        plan: Plan,
        state: &State,
        outcome: Outcome,
        is_permanent: bool,
    ) -> Result<Reply, Error> {
        let set_cookie = match plan.cookie_after(outcome).map_err(|Refused| Error::ended())? {
            CookieStep::Set => Some(self.set_cookie(state, is_permanent, self.settings.clock.now())?),
            CookieStep::Remove => Some(self.cookie.remove()),
            _ => None,
        };
        Ok(self.reply(state, set_cookie))
    }

    /// A courtesy that failed is left for another request.
    fn unless_a_courtesy(
        &self,
        plan: Plan,
        state: &State,
        answer: Result<Reply, Error>,
    ) -> Result<Reply, Error> {
        match answer {
            Err(why) if plan.is_courtesy => {
                self.courtesy_skipped(&why);
                Ok(self.reply(state, None))
            }
            answer => answer,
        }
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
