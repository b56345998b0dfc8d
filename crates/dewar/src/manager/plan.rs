//! What is done with a session and its cookie at the end of the request: one pure table.
//!
//! The first row that fits wins. A session that lives in its cookie takes no store step (but [`Stamp`](StoreStep::Stamp) for a new
//! owner): where the table has one, its cookie is set.
//!
//! | the session… | store | cookie |
//! |---|---|---|
//! | has an ended id, is final and empty | [`End`](StoreStep::End) | left alone |
//! | has an ended id, begins (a login) and has data | [`Begin`](StoreStep::Begin) | set |
//! | has an id that ended a moment ago, and is final | [`End`](StoreStep::End) | left alone |
//! | has an id that ended a moment ago, or an ended id and no data | [`Drop`](StoreStep::Drop) if modified | left alone |
//! | cannot be read, and is neither final nor filled | – | left alone |
//! | was never stored and is empty, and the client has nothing to remove | – | left alone |
//! | is destroyed or emptied; there is nothing in the store | – | removed |
//! | is destroyed, or cleared and has no data since | [`End`](StoreStep::End) | removed, even if the store fails |
//! | is emptied | [`Update`](StoreStep::Update) | as after a change; removed if the session is |
//! | was never stored and has data | [`Create`](StoreStep::Create) | set |
//! | asked for a new id | [`Rename`](StoreStep::Rename) | set |
//! | was changed | [`Update`](StoreStep::Update) | set after each change (Flask), or if its end moves |
//! | is unchanged, has data and is outdated | [`Update`](StoreStep::Update), best effort | set if its end moves |
//! | is unchanged, has data, has a lifetime of its own and is to be refreshed | [`Update`](StoreStep::Update), best effort | set if its end moves |
//! | is unchanged, has data and is to be refreshed | – (loading it moved its end) | set if its end moves, best effort |
//! | is unchanged | – | left alone |
//!
//! *Final*: destroyed or cleared, whatever others store meanwhile. What the cookie step becomes once the store has answered says
//! [`Plan::cookie_after`]; [`Plan::removes_cookie_if_it_fails`] says what becomes of it if the store fails.

use super::rules::Rules;
use crate::clock::UnixTime;
use crate::lifetime::Lifetimes;
use crate::session::{NewId, State};

/// What is known of a session at the end of its request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The cookie holds the whole session.
    pub(super) is_in_cookie: bool,
    /// The cookie is set after each change.
    pub(super) sets_cookie_after_each_change: bool,
    /// It was stored, here, when it was opened.
    pub(super) is_stored: bool,
    /// It was stored, but cannot be read: the program got an empty one.
    pub(super) is_unreadable: bool,
    /// There is no data.
    pub(super) is_empty: bool,
    /// The program ended it.
    pub(super) is_destroyed: bool,
    /// The program ended it or cleared it, whatever others stored meanwhile.
    pub(super) is_final: bool,
    /// The program changed it, if only to empty it.
    pub(super) is_modified: bool,
    /// The program asked for a new id.
    pub(super) new_id: Option<NewId>,
    /// The program asked for a new id and nothing else, or for nothing.
    pub(super) only_renews_its_id: bool,
    /// The program gave it the owner that it had when it was opened.
    pub(super) keeps_its_owner: bool,
    /// The cookie must say since when the session has its new owner, and a store knows that.
    pub(super) needs_stamp: bool,
    /// The client may have a cookie, valid or not.
    pub(super) client_may_hold: bool,
    /// Its idle time is to start again.
    pub(super) is_refresh_due: bool,
    /// It is stored in an old format or with an old key, or is to be written because it was used.
    pub(super) is_outdated: bool,
    /// The response was sent, so that no cookie reaches the client.
    pub(super) is_answered: bool,
    /// The program wants an error if the session turns out to have ended.
    pub(super) refuses_if_ended: bool,
    /// Whether the client sent the id of a session that has ended; whatever cookie it has by now is not ours to touch.
    pub(super) arrival: Arrival,
}

/// Whether the id that a request came with was still in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It was, or the client sent none.
    InTime,
    /// It ended a moment ago: the request was under way already.
    InFlight,
    /// It ended some time ago, but a tombstone still says what became of the session.
    Late,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) store: StoreStep,
    pub(super) cookie: CookieStep,
    /// The request cleared or destroyed the session: it ends, under whatever id it has by now, although something new may be stored.
    pub(super) is_final: bool,
    /// If the session turns out to have ended, the response is replaced by an error.
    pub(super) refuses_if_ended: bool,
    /// The request changed nothing: what fails is left for another request.
    pub(super) is_best_effort: bool,
}

/// What is asked of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreStep {
    /// Nothing.
    Leave,
    /// Nothing: the session had ended before the request came. What the request changed is dropped, with an event.
    Drop,
    /// When the owner's sessions last ended, which the cookie must not be older than.
    Stamp,
    /// To store the session for the first time.
    Create,
    /// To store the session for the first time, with the data of the session that the ended id led to if the owner may have them.
    Begin,
    /// To store the session under a new id.
    Rename {
        /// It is a login: if the session has ended meanwhile, another one begins.
        begins: bool,
        /// The session stays the same person's: a client has sent its id, and no limit of sessions is asked.
        continues: bool,
    },
    /// To store the changes. A session that is empty by then is removed, unless others stored something meanwhile.
    Update,
    /// To remove whatever the client's ids lead to.
    End,
}

/// What the client is told if the store step succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CookieStep {
    /// Nothing.
    Leave,
    /// Its cookie.
    Set,
    /// Its cookie if that outlives the browser, or no longer does: the client has the value already.
    SetIfEndMoves,
    /// To remove its cookie.
    Remove,
    /// To remove its cookie, even if the store failed: the user logged out.
    RemoveInAnyCase,
}

/// What became of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is stored. `moves_end`: its cookie outlives the browser, or did until now.
    Stored { moves_end: bool },
    /// This request removed it.
    Removed,
    /// It had ended, or got a new id, before this request was done: nothing was stored.
    EndedMeanwhile,
}

/// A cookie would have to be set or removed, and the response was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResponseWasSent;

/// The session turned out to have ended, and the program wants an error then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

/// # Errors
/// When it takes a cookie that no longer reaches the client.
pub(super) fn plan(facts: Facts) -> Result<Plan, ResponseWasSent> {
    let (store, cookie) = steps(&facts);
    let is_changed = facts.is_modified || facts.is_destroyed || facts.new_id.is_some();
    let is_best_effort = facts.is_stored && !is_changed && cookie != CookieStep::Leave;
    let plan = Plan {
        store,
        cookie,
        is_final: facts.is_final,
        refuses_if_ended: facts.refuses_if_ended && !facts.only_renews_its_id && !is_best_effort,
        is_best_effort,
    };
    if facts.is_answered && (facts.is_in_cookie || plan.gives_new_id()) {
        Err(ResponseWasSent)
    } else {
        Ok(plan)
    }
}

fn steps(facts: &Facts) -> (StoreStep, CookieStep) {
    match of_ended_id(facts) {
        Some(steps) => steps,
        None if facts.has_nothing() => without_data(facts),
        None => with_data(facts),
    }
}

/// What is done for a request with an ended id; `None`: what is done for one without any.
fn of_ended_id(facts: &Facts) -> Option<(StoreStep, CookieStep)> {
    let (has_nothing, is_in_flight) = (facts.has_nothing(), facts.arrival == Arrival::InFlight);
    let dropped = if facts.is_modified { StoreStep::Drop } else { StoreStep::Leave };
    match facts {
        _ if facts.arrival == Arrival::InTime => None,
        _ if facts.is_final && has_nothing => Some((StoreStep::End, CookieStep::Leave)),
        _ if facts.new_id == Some(NewId::Begin) && !has_nothing => Some((StoreStep::Begin, CookieStep::Set)),
        _ if facts.is_final && is_in_flight => Some((StoreStep::End, CookieStep::Leave)),
        _ if is_in_flight || has_nothing => Some((dropped, CookieStep::Leave)),
        _ => None,
    }
}

/// What is done for a session that is empty or destroyed.
fn without_data(facts: &Facts) -> (StoreStep, CookieStep) {
    let is_noticed = facts.is_stored || (facts.is_modified && facts.client_may_hold);
    let has_record = (facts.is_stored || facts.is_unreadable) && !facts.is_in_cookie;
    match facts {
        _ if facts.is_unreadable && !facts.is_final => (StoreStep::Leave, CookieStep::Leave),
        _ if !is_noticed => (StoreStep::Leave, CookieStep::Leave),
        _ if !facts.ends() => (StoreStep::Leave, CookieStep::Leave),
        _ if !has_record => (StoreStep::Leave, CookieStep::Remove),
        _ if facts.is_final => (StoreStep::End, CookieStep::RemoveInAnyCase),
        _ => (StoreStep::Update, facts.cookie_after_change()),
    }
}

/// What is done for a session that has data.
fn with_data(facts: &Facts) -> (StoreStep, CookieStep) {
    let unless_in_cookie = |step| match step {
        _ if facts.is_in_cookie && facts.needs_stamp => StoreStep::Stamp,
        _ if facts.is_in_cookie => StoreStep::Leave,
        step => step,
    };
    let refreshed = if facts.is_in_cookie { CookieStep::Set } else { CookieStep::SetIfEndMoves };
    match facts {
        _ if !facts.is_stored => (unless_in_cookie(StoreStep::Create), CookieStep::Set),
        Facts { new_id: Some(new_id), .. } => {
            let begins = *new_id == NewId::Begin;
            let continues = !begins || facts.keeps_its_owner;
            (unless_in_cookie(StoreStep::Rename { begins, continues }), CookieStep::Set)
        }
        _ if facts.is_modified => (unless_in_cookie(StoreStep::Update), facts.cookie_after_change()),
        _ if facts.is_outdated => (unless_in_cookie(StoreStep::Update), refreshed),
        _ if facts.is_refresh_due => (StoreStep::Leave, refreshed),
        _ => (StoreStep::Leave, CookieStep::Leave),
    }
}

impl Facts {
    /// Nothing is left to store.
    fn has_nothing(&self) -> bool {
        self.is_empty || self.is_destroyed
    }

    /// The request destroyed or emptied it.
    pub(super) fn ends(&self) -> bool {
        self.is_destroyed || (self.is_empty && self.is_modified)
    }

    fn cookie_after_change(&self) -> CookieStep {
        if self.sets_cookie_after_each_change { CookieStep::Set } else { CookieStep::SetIfEndMoves }
    }

    /// What the state of the session says. What else the place of the session knows is added there.
    pub(super) fn from_state(state: &State, rules: &Rules, lifetimes: &Lifetimes, now: UnixTime) -> Self {
        let (origin, own) = (&state.origin, state.timeouts());
        let lifetime = lifetimes.of(own);
        let is_refresh_due = |times| lifetime.is_refresh_due(times, state.is_permanent(), now);
        // Loading it has not moved the end that the record itself says.
        let is_write_due = |times| own.is_some() && lifetime.is_write_due(times, now);
        Self {
            is_in_cookie: rules.is_in_cookie,
            sets_cookie_after_each_change: rules.sets_cookie_after_each_change,
            is_stored: if rules.is_in_cookie { origin.times.is_some() } else { origin.stored_at.is_some() },
            is_unreadable: origin.unreadable.is_some(),
            is_empty: state.is_blank(),
            is_destroyed: state.destroyed,
            is_final: state.is_final(),
            is_modified: state.is_modified(),
            new_id: state.new_id(),
            only_renews_its_id: state.only_renews_its_id(),
            keeps_its_owner: state.new_owner().is_some_and(|owner| origin.was_of == Some(owner)),
            needs_stamp: false,
            client_may_hold: origin.client_may_hold,
            is_refresh_due: origin.times.is_some_and(is_refresh_due),
            is_outdated: origin.outdated || origin.times.is_some_and(is_write_due),
            is_answered: if rules.is_in_cookie {
                state.changes_since_answer() > 0
            } else {
                state.is_answered()
            },
            refuses_if_ended: false,
            arrival: match &origin.ended_id {
                None => Arrival::InTime,
                Some(ended) if ended.is_in_flight => Arrival::InFlight,
                Some(_) => Arrival::Late,
            },
        }
    }
}

impl Plan {
    /// Nothing is done, and nothing is told: most requests only read.
    pub(super) fn is_nothing(&self) -> bool {
        self.store == StoreStep::Leave && self.cookie == CookieStep::Leave
    }

    /// What is done with the cookie now that it is known what became of the session: [`Leave`](CookieStep::Leave),
    /// [`Set`](CookieStep::Set) or [`Remove`](CookieStep::Remove).
    ///
    /// # Errors
    /// When the session had ended, and the program wants to be told. (If it does not, the client has a newer cookie by then, or none: it is
    /// left alone.)
    pub(super) fn cookie_after(&self, outcome: Outcome) -> Result<CookieStep, Refused> {
        Ok(match (self.cookie, outcome) {
            (_, Outcome::EndedMeanwhile) if self.refuses_if_ended => return Err(Refused),
            (CookieStep::Leave, _) | (_, Outcome::EndedMeanwhile) => CookieStep::Leave,
            (CookieStep::Remove | CookieStep::RemoveInAnyCase, _) | (_, Outcome::Removed) => {
                CookieStep::Remove
            }
            (CookieStep::SetIfEndMoves, Outcome::Stored { moves_end: false }) => CookieStep::Leave,
            (CookieStep::Set | CookieStep::SetIfEndMoves, Outcome::Stored { .. }) => CookieStep::Set,
        })
    }

    /// Whether the client is told to remove its cookie if this plan fails: the user logged out, and at least this browser is to forget it. Not
    /// for an id that had ended: whatever cookie the browser has by now is not ours to touch.
    pub(super) fn removes_cookie_if_it_fails(&self) -> bool {
        let goes_on = matches!(self.store, StoreStep::Create | StoreStep::Begin);
        let is_set = matches!(self.cookie, CookieStep::Set | CookieStep::SetIfEndMoves);
        self.cookie == CookieStep::RemoveInAnyCase || (self.is_final && is_set && !goes_on)
    }

    /// Whether a store is asked.
    pub(super) fn asks_store(&self) -> bool {
        !matches!(self.store, StoreStep::Leave | StoreStep::Drop)
    }

    fn gives_new_id(&self) -> bool {
        matches!(self.store, StoreStep::Create | StoreStep::Begin | StoreStep::Rename { .. })
    }
}

#[cfg(test)]
mod tests;
