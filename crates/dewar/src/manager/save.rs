//! Saving: the plan is made, and carried out.

use super::error::Error;
use super::facts::Facts;
use super::place::Place;
use super::plan::{CookieStep, Outcome, Plan, Refused, ResponseWasSent, plan};
use super::reply::Reply;
use crate::session::{SavePermit, Session, State};
use crate::store::Answer;

impl Place {
    /// Saves the session: at once if no store has to be asked. Of two saves of one session, the second waits for the first, so that no change
    /// is stored twice.
    pub(super) fn start_save(&self, session: &Session) -> Answer<'static, Reply, Error> {
        if let Some(permit) = session.try_begin_save() {
            return self.save_with(permit);
        }
        let (place, session) = (self.clone(), session.clone());
        Answer::later(async move {
            let permit = session.begin_save().await;
            place.save_with(permit).await
        })
    }

    fn save_with(&self, permit: SavePermit) -> Answer<'static, Reply, Error> {
        let session = permit.session();
        let plan = match self.plan(&session.lock()) {
            Ok(plan) => plan,
            Err(why) => return Answer::Now(Err(why)),
        };
        if plan.asks_store() {
            let place = self.clone();
            return Answer::later(async move { place.ask_store(&permit, plan).await });
        }
        let state = session.lock();
        let outcome = self.outcome_without_store(&state, plan);
        Answer::Now(self.answer(&state, plan, Ok(outcome)))
    }

    fn plan(&self, state: &State) -> Result<Plan, Error> {
        let (setup, now) = (self.setup(), self.setup().now());
        let facts = Facts::from_state(state, &setup.rules, &setup.lifetime, now);
        let facts = match self {
            Self::Cookie(place) => Facts { needs_stamp: place.needs_stamp(state), ..facts },
            Self::Store(place) => Facts { refuses_if_ended: place.refuses_if_ended(), ..facts },
        };
        plan(facts).map_err(|ResponseWasSent| Error::response_has_left())
    }

    async fn ask_store(&self, permit: &SavePermit, plan: Plan) -> Result<Reply, Error> {
        let session = permit.session();
        let outcome = match self {
            Self::Cookie(place) => place.stamp(session).await,
            Self::Store(place) => place.commit(session, plan).await,
        };
        self.answer(&session.lock(), plan, outcome)
    }

    fn outcome_without_store(&self, state: &State, plan: Plan) -> Outcome {
        match self {
            Self::Store(place) => place.outcome_without_store(state, plan),
            Self::Cookie(_) => Outcome::Stored { moves_end: true },
        }
    }

    /// Does the cookie step. A courtesy that failed is left for another request.
    fn answer(&self, state: &State, plan: Plan, outcome: Result<Outcome, Error>) -> Result<Reply, Error> {
        let setup = self.setup();
        match outcome.and_then(|outcome| self.set_cookie_after(state, plan, outcome)) {
            Ok(set_cookie) => Ok(setup.reply(state, set_cookie)),
            Err(why) if plan.is_courtesy => {
                setup.courtesy_skipped(&why);
                Ok(setup.reply(state, None))
            }
            Err(why) if plan.cookie == CookieStep::RemoveInAnyCase => {
                Err(why.with_removal(setup.cookie.remove()))
            }
            Err(why) => Err(why),
        }
    }

    fn set_cookie_after(&self, state: &State, plan: Plan, outcome: Outcome) -> Result<Option<String>, Error> {
        Ok(match plan.cookie_after(outcome).map_err(|Refused| Error::ended())? {
            CookieStep::Set => {
                let is_permanent = match self {
                    Self::Store(_) if plan.asks_store() => state.saved().is_permanent,
                    _ => state.is_permanent(),
                };
                Some(self.set_cookie(state, is_permanent)?)
            }
            CookieStep::Remove => Some(self.setup().cookie.remove()),
            _ => None,
        })
    }

    /// The line that gives the client its cookie.
    pub(super) fn set_cookie(&self, state: &State, is_permanent: bool) -> Result<String, Error> {
        let setup = self.setup();
        let value = match self {
            Self::Cookie(place) => Some(place.write(state)?),
            Self::Store(place) => place.write_id(state),
        };
        value.map_or_else(|| Ok(setup.cookie.remove()), |value| setup.set_cookie(&value, state, is_permanent))
    }
}
