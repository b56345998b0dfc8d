//! Decides what is done with a session and its cookie at the end of the request: one pure table.
//!
//! The first matching row applies. A session that is stored in its cookie has no store step (except [`Stamp`](StoreStep::Stamp) for a new
//! owner): where the table has one, its cookie is set.
//!
//! | the session… | store | cookie |
//! |---|---|---|
//! | has an ended id, is final and empty | [`End`](StoreStep::End) | left alone |
//! | has an ended id, begins (a login) and has data | [`Begin`](StoreStep::Begin) | set |
//! | has an id that has just ended, and is final | [`End`](StoreStep::End) | left alone |
//! | has an id that has just ended, or an ended id and no data | [`Drop`](StoreStep::Drop) if modified | left alone |
//! | cannot be read, is not final and has no data | – | left alone |
//! | was never stored and is empty, and the client has nothing to remove | – | left alone |
//! | is destroyed or emptied; there is nothing in the store | – | removed |
//! | is destroyed, or cleared and has no data since | [`End`](StoreStep::End) | removed, even if the store fails |
//! | is emptied | [`Update`](StoreStep::Update) | as after a change; removed if the session was removed |
//! | was never stored and has data | [`Create`](StoreStep::Create) | set |
//! | asked for a new id | [`Rename`](StoreStep::Rename) | set |
//! | was changed | [`Update`](StoreStep::Update) | set after each change (Flask), or if its expiry changes |
//! | is unchanged, has data and is outdated | [`Update`](StoreStep::Update), best effort | set if its expiry changes |
//! | is unchanged, has data, has its own lifetime and is due for a refresh | [`Update`](StoreStep::Update), best effort | set if its expiry changes |
//! | is unchanged, has data and is due for a refresh | – (loading it extended its expiry) | set if its expiry changes, best effort |
//! | is unchanged | – | left alone |
//!
//! *Final*: destroyed or cleared, regardless of concurrent writes. [`Plan::cookie_after`] gives the cookie step once the store step is
//! done; [`Plan::removes_cookie_if_it_fails`] says what happens to the cookie if the store fails.

use super::rules::Rules;
use crate::clock::UnixTime;
use crate::lifetime::Lifetimes;
use crate::session::{NewId, State};

/// The facts about a session at the end of its request that the plan depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The cookie holds the whole session.
    pub(super) is_in_cookie: bool,
    /// The cookie is set after each change.
    pub(super) sets_cookie_after_each_change: bool,
    /// The session was stored here when it was opened.
    pub(super) is_stored: bool,
    /// The session was stored but cannot be read: the program got an empty one.
    pub(super) is_unreadable: bool,
    /// There is no data.
    pub(super) is_empty: bool,
    /// The program destroyed it.
    pub(super) is_destroyed: bool,
    /// The program destroyed or cleared it, regardless of concurrent writes.
    pub(super) is_final: bool,
    /// The program changed it, or at least emptied it.
    pub(super) is_modified: bool,
    /// The program asked for a new id.
    pub(super) new_id: Option<NewId>,
    /// The program asked for a rotated id and nothing else, or for nothing.
    pub(super) only_rotates_id: bool,
    /// The program set the same owner that the session had when it was opened.
    pub(super) keeps_its_owner: bool,
    /// The cookie must contain the time when the session got its new owner, which a store must provide.
    pub(super) needs_stamp: bool,
    /// The client may have a cookie, valid or not.
    pub(super) client_may_have_cookie: bool,
    /// The idle time must be restarted.
    pub(super) is_refresh_due: bool,
    /// It is stored in an old format or with an old key, or must be written because it was used.
    pub(super) is_outdated: bool,
    /// The response was sent, so no cookie can reach the client.
    pub(super) is_response_sent: bool,
    /// The program wants an error if the session turns out to have ended.
    pub(super) refuses_if_ended: bool,
    /// Whether the client sent the id of a session that has ended. If so, the cookie it has by now must not be changed.
    pub(super) id_status: IdStatus,
}

/// The status of the id sent with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdStatus {
    /// It is in use, or the client sent none.
    InUse,
    /// It has just ended: the request was already on its way.
    JustEnded,
    /// It ended some time ago, but a tombstone still tells what happened to the session.
    Ended,
}

/// The steps to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) store: StoreStep,
    pub(super) cookie: CookieStep,
    /// The request cleared or destroyed the session: it ends even if it has a newer id by now, although something new may be stored.
    pub(super) is_final: bool,
    /// If the session turns out to have ended, an error response is sent instead.
    pub(super) refuses_if_ended: bool,
    /// The request changed nothing: if a step fails, it is left for a later request.
    pub(super) is_best_effort: bool,
}

/// The store step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreStep {
    /// Nothing.
    Leave,
    /// Nothing: the session had ended before the request arrived. Its changes are dropped, with an event.
    Drop,
    /// Get the time when the owner's sessions last ended, which the cookie must be newer than.
    Stamp,
    /// Store the session for the first time.
    Create,
    /// Store the session for the first time, with the data of the session that the ended id led to if the owner may have it.
    Begin,
    /// Store the session under a new id.
    Rename {
        /// It is a login: if the session has ended in the meantime, another one begins.
        begins: bool,
        /// The session keeps its owner: a client has sent its id, and no session limit applies.
        continues: bool,
    },
    /// Store the changes. If the session is then empty, it is removed, unless another request stored something in the meantime.
    Update,
    /// End whatever sessions the client's ids lead to.
    End,
}

/// The cookie step, if the store step succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CookieStep {
    /// Nothing.
    Leave,
    /// Set the cookie.
    Set,
    /// Set the cookie if it is or was permanent. Otherwise the client already has the same value.
    SetIfExpiryChanges,
    /// Remove the cookie.
    Remove,
    /// Remove the cookie even if the store failed: the user logged out.
    RemoveInAnyCase,
}

/// The outcome of the store step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The session is stored. `changes_expiry`: its cookie is permanent, or was until now.
    Stored { changes_expiry: bool },
    /// This request removed the session.
    Removed,
    /// The session had ended or got a new id before this request was done: nothing was stored.
    EndedMeanwhile,
}

/// A cookie would have to be set or removed, but the response was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResponseWasSent;

/// The session turned out to have ended, and the program wants an error in that case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

/// # Errors
/// When a cookie is needed that can no longer reach the client.
pub(super) fn plan(facts: Facts) -> Result<Plan, ResponseWasSent> {
    let (store, cookie) = steps(&facts);
    let is_changed = facts.is_modified || facts.is_destroyed || facts.new_id.is_some();
    let is_best_effort = facts.is_stored && !is_changed && cookie != CookieStep::Leave;
    let plan = Plan {
        store,
        cookie,
        is_final: facts.is_final,
        refuses_if_ended: facts.refuses_if_ended && !facts.only_rotates_id && !is_best_effort,
        is_best_effort,
    };
    if facts.is_response_sent && (facts.is_in_cookie || plan.gives_new_id()) {
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

/// The steps for a request with an ended id. `None`: treat it like a request without an id.
fn of_ended_id(facts: &Facts) -> Option<(StoreStep, CookieStep)> {
    let (has_nothing, has_just_ended) = (facts.has_nothing(), facts.id_status == IdStatus::JustEnded);
    let dropped = if facts.is_modified { StoreStep::Drop } else { StoreStep::Leave };
    match facts {
        _ if facts.id_status == IdStatus::InUse => None,
        _ if facts.is_final && has_nothing => Some((StoreStep::End, CookieStep::Leave)),
        _ if facts.new_id == Some(NewId::Begin) && !has_nothing => Some((StoreStep::Begin, CookieStep::Set)),
        _ if facts.is_final && has_just_ended => Some((StoreStep::End, CookieStep::Leave)),
        _ if has_just_ended || has_nothing => Some((dropped, CookieStep::Leave)),
        _ => None,
    }
}

/// The steps for a session that is empty or destroyed.
fn without_data(facts: &Facts) -> (StoreStep, CookieStep) {
    let is_noticed = facts.is_stored || (facts.is_modified && facts.client_may_have_cookie);
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

/// The steps for a session that has data.
fn with_data(facts: &Facts) -> (StoreStep, CookieStep) {
    let unless_in_cookie = |step| match step {
        _ if facts.is_in_cookie && facts.needs_stamp => StoreStep::Stamp,
        _ if facts.is_in_cookie => StoreStep::Leave,
        step => step,
    };
    let refreshed = if facts.is_in_cookie { CookieStep::Set } else { CookieStep::SetIfExpiryChanges };
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
    /// Whether nothing is left to store.
    fn has_nothing(&self) -> bool {
        self.is_empty || self.is_destroyed
    }

    /// Whether the request destroyed or emptied the session.
    pub(super) fn ends(&self) -> bool {
        self.is_destroyed || (self.is_empty && self.is_modified)
    }

    fn cookie_after_change(&self) -> CookieStep {
        if self.sets_cookie_after_each_change { CookieStep::Set } else { CookieStep::SetIfExpiryChanges }
    }

    /// The facts from the state of the session. The place of the session adds what else it knows.
    pub(super) fn from_state(state: &State, rules: &Rules, lifetimes: &Lifetimes, now: UnixTime) -> Self {
        let (origin, own) = (&state.origin, state.timeouts());
        let lifetime = lifetimes.of(own);
        let is_refresh_due = |times| lifetime.is_refresh_due(times, state.is_permanent(), now);
        // Loading the record has not extended the expiry that is stored in it.
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
            only_rotates_id: state.only_rotates_id(),
            keeps_its_owner: state.new_owner().is_some_and(|owner| origin.owner_when_opened == Some(owner)),
            needs_stamp: false,
            client_may_have_cookie: origin.client_may_have_cookie,
            is_refresh_due: origin.times.is_some_and(is_refresh_due),
            is_outdated: origin.outdated || origin.times.is_some_and(is_write_due),
            is_response_sent: if rules.is_in_cookie {
                state.changes_since_response() > 0
            } else {
                state.is_response_sent()
            },
            refuses_if_ended: false,
            id_status: match &origin.ended_id {
                None => IdStatus::InUse,
                Some(ended) if ended.is_late => IdStatus::JustEnded,
                Some(_) => IdStatus::Ended,
            },
        }
    }
}

impl Plan {
    /// Whether there is nothing to do, as for most requests, which only read.
    pub(super) fn is_nothing(&self) -> bool {
        self.store == StoreStep::Leave && self.cookie == CookieStep::Leave
    }

    /// The cookie step once the outcome of the store step is known: [`Leave`](CookieStep::Leave), [`Set`](CookieStep::Set) or
    /// [`Remove`](CookieStep::Remove).
    ///
    /// # Errors
    /// When the session had ended and the program wants an error. (Otherwise the cookie is left alone: the client has a newer one by then,
    /// or none.)
    pub(super) fn cookie_after(&self, outcome: Outcome) -> Result<CookieStep, Refused> {
        Ok(match (self.cookie, outcome) {
            (_, Outcome::EndedMeanwhile) if self.refuses_if_ended => return Err(Refused),
            (CookieStep::Leave, _) | (_, Outcome::EndedMeanwhile) => CookieStep::Leave,
            (CookieStep::Remove | CookieStep::RemoveInAnyCase, _) | (_, Outcome::Removed) => {
                CookieStep::Remove
            }
            (CookieStep::SetIfExpiryChanges, Outcome::Stored { changes_expiry: false }) => CookieStep::Leave,
            (CookieStep::Set | CookieStep::SetIfExpiryChanges, Outcome::Stored { .. }) => CookieStep::Set,
        })
    }

    /// Whether the cookie is removed if this plan fails: the user logged out, and at least this browser must forget the session. Not for an
    /// ended id: the cookie that the browser has by now must not be changed.
    pub(super) fn removes_cookie_if_it_fails(&self) -> bool {
        let goes_on = matches!(self.store, StoreStep::Create | StoreStep::Begin);
        let is_set = matches!(self.cookie, CookieStep::Set | CookieStep::SetIfExpiryChanges);
        self.cookie == CookieStep::RemoveInAnyCase || (self.is_final && is_set && !goes_on)
    }

    /// Whether a store is needed.
    pub(super) fn asks_store(&self) -> bool {
        !matches!(self.store, StoreStep::Leave | StoreStep::Drop)
    }

    fn gives_new_id(&self) -> bool {
        matches!(self.store, StoreStep::Create | StoreStep::Begin | StoreStep::Rename { .. })
    }
}

#[cfg(test)]
mod tests;
