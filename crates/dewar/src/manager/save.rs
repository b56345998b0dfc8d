//! Saving: makes the plan and carries it out. Clocks and loggers may belong to the program, so they are not called under the session's
//! lock.

use std::mem;
use std::ops::ControlFlow;
use std::pin::pin;

use dewar_core::waiting;

use super::at_once::at_once;
use super::error::{Error, ErrorKind};
use super::place::Place;
use super::plan::{CookieStep, Facts, Outcome, Plan, Refused, ResponseWasSent, plan};
use super::session_headers::SessionHeaders;
use super::store_place::Saving;
use crate::clock::UnixTime;
use crate::session::{SavePermit, Session, State};
use crate::store::Answer;

impl Place {
    /// Saves the session, immediately if no store has to wait. If two saves of one session run at once, the second waits for the first, so
    /// that no change is stored twice.
    pub(super) fn start_save(&self, session: &Session) -> Answer<'static, SessionHeaders, Error> {
        let now = self.setup().now();
        match session.begin_save_unless(|state| self.planned(state, now)) {
            Some(ControlFlow::Break(answer)) => return Answer::Now(answer),
            Some(ControlFlow::Continue((permit, plan))) => return self.carry_out(permit, plan, now),
            None => {}
        }
        let (place, session) = (self.clone(), session.clone());
        Answer::later(async move {
            let permit = session.begin_save().await;
            place.save_with(permit).await
        })
    }

    /// Saves the session of the permit, which is released when that is done.
    pub(super) fn save_with(&self, permit: SavePermit) -> Answer<'static, SessionHeaders, Error> {
        let now = self.setup().now();
        let planned = self.planned(&mut permit.session().lock(), now);
        match planned {
            ControlFlow::Break(answer) => Answer::Now(answer),
            ControlFlow::Continue(plan) => self.carry_out(permit, plan, now),
        }
    }

    /// The plan, unless there is nothing to do.
    fn planned(&self, state: &mut State, now: UnixTime) -> ControlFlow<Result<SessionHeaders, Error>, Plan> {
        let plan = match self.plan(state, now) {
            Ok(plan) => plan,
            Err(why) => return ControlFlow::Break(Err(why)),
        };
        state.all_are_settled();
        if plan.is_nothing() {
            return ControlFlow::Break(Ok(self.setup().reply(state, None)));
        }
        ControlFlow::Continue(plan)
    }

    fn carry_out(
        &self,
        permit: SavePermit,
        plan: Plan,
        now: UnixTime,
    ) -> Answer<'static, SessionHeaders, Error> {
        if plan.asks_store() && self.answers_at_once() {
            return Answer::Now(at_once(self.ask_store(&permit, plan, now)));
        }
        if plan.asks_store() {
            return Answer::later(self.clone().save_later(permit, plan, now));
        }
        let session = permit.session();
        let outcome = self.outcome_without_store(session, plan);
        Answer::Now(self.answer(session, plan, Ok(outcome), now))
    }

    async fn save_later(
        self,
        permit: SavePermit,
        plan: Plan,
        now: UnixTime,
    ) -> Result<SessionHeaders, Error> {
        self.ask_store(&permit, plan, now).await
    }

    fn plan(&self, state: &State, now: UnixTime) -> Result<Plan, Error> {
        plan(self.facts(state, now)).map_err(|ResponseWasSent| Error::response_has_left())
    }

    pub(super) fn facts(&self, state: &State, now: UnixTime) -> Facts {
        let facts = Facts::from_state(state, &self.setup().rules, &self.setup().lifetimes, now);
        match self {
            Self::Cookie(place) => Facts { needs_stamp: place.needs_stamp(state), ..facts },
            Self::Store(place) => Facts { refuses_if_ended: place.refuses_if_ended(), ..facts },
        }
    }

    async fn ask_store(
        &self,
        permit: &SavePermit,
        plan: Plan,
        now: UnixTime,
    ) -> Result<SessionHeaders, Error> {
        let session = permit.session();
        // A program that saves again later has the whole time again.
        let waited = mem::take(&mut session.lock().origin.waited);
        let step = pin!(async {
            match self {
                Self::Cookie(place) => place.stamp(session).await,
                Self::Store(place) => {
                    let commit = place.commit(Saving { session, plan, now }).await;
                    commit.map(|commit| commit.outcome_for(session))
                }
            }
        });
        let (outcome, _) = waiting::counted(waited, step).await;
        let now = if self.answers_at_once() { now } else { self.setup().now() };
        self.answer(session, plan, outcome, now)
    }

    fn outcome_without_store(&self, session: &Session, plan: Plan) -> Outcome {
        match self {
            Self::Store(place) => place.outcome_without_store(session, plan),
            Self::Cookie(_) => Outcome::Stored { changes_expiry: true },
        }
    }

    /// Does the cookie step. A best-effort step that failed is left for a later request.
    fn answer(
        &self,
        session: &Session,
        plan: Plan,
        outcome: Result<Outcome, Error>,
        now: UnixTime,
    ) -> Result<SessionHeaders, Error> {
        let (setup, mut state) = (self.setup(), session.lock());
        match outcome {
            Ok(Outcome::EndedMeanwhile) => state.dropped_are_settled(),
            // The cookie contains all changes made so far.
            Ok(_) if setup.rules.is_in_cookie => state.all_are_settled(),
            _ => {}
        }
        match outcome.and_then(|outcome| self.set_cookie_after(&state, plan, outcome, now)) {
            Ok(set_cookie) => {
                let reply = setup.reply(&state, set_cookie);
                if setup.rules.is_in_cookie && plan.cookie == CookieStep::Set && state.layer().is_some() {
                    // The response of the layer carries this cookie, whatever happens next.
                    let times = setup.times(&state, now);
                    state.settle_in_cookie(times);
                }
                Ok(reply)
            }
            Err(why) if plan.is_best_effort => {
                let reply = setup.reply(&state, None);
                drop(state);
                setup.best_effort_skipped(&why);
                Ok(reply)
            }
            Err(why) if plan.removes_cookie_if_it_fails() && *why.kind() != ErrorKind::Ended => {
                Err(why.with_removal(setup.cookie.remove()))
            }
            Err(why) => Err(why),
        }
    }

    fn set_cookie_after(
        &self,
        state: &State,
        plan: Plan,
        outcome: Outcome,
        now: UnixTime,
    ) -> Result<Option<String>, Error> {
        Ok(match plan.cookie_after(outcome).map_err(|Refused| Error::ended())? {
            CookieStep::Set => {
                let is_permanent = match self {
                    Self::Store(_) if plan.asks_store() => state.saved().is_permanent,
                    _ => state.is_permanent(),
                };
                Some(self.set_cookie(state, is_permanent, now)?)
            }
            CookieStep::Remove => Some(self.setup().cookie.remove()),
            _ => None,
        })
    }

    /// The `Set-Cookie` line for the client.
    pub(super) fn set_cookie(
        &self,
        state: &State,
        is_permanent: bool,
        now: UnixTime,
    ) -> Result<String, Error> {
        let setup = self.setup();
        let value = match self {
            Self::Cookie(place) => Some(place.write(state, now)?.into()),
            Self::Store(place) => place.write_id(state),
        };
        match value {
            Some(value) => setup.set_cookie(&value, state, is_permanent, now),
            None => Ok(setup.cookie.remove()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each request that changes a session in a store allocates it, and glibc's allocator is slow above a kibibyte.
    #[test]
    fn the_future_of_saving_a_session_is_small() {
        fn size_of_future<F>(_: impl Fn(Place, SavePermit, Plan, UnixTime) -> F) -> usize {
            size_of::<F>()
        }
        let size = size_of_future(Place::save_later);
        assert!(size <= 1_024, "{size} bytes");
    }
}
