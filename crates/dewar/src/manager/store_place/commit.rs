//! The commit: carries out the plan's store step.

use std::borrow::Cow;

use super::StorePlace;
use super::write::{LoopOutcome, TargetId};
use crate::clock::UnixTime;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note};
use crate::manager::plan::{Outcome, Plan, StoreStep};
use crate::session::{NewId, Session, SessionId, State};
use crate::store::StoreKey;

/// A session that is being saved.
#[derive(Clone, Copy)]
pub(super) struct Saving<'s> {
    pub(super) session: &'s Session,
    pub(super) plan: Plan,
    pub(super) now: UnixTime,
}

/// The outcome of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Commit {
    Stored,
    /// It is stored in addition to another one of the same owner, because a login was repeated.
    StoredAlongside(StoreKey),
    /// Another request stored it; this one had no changes.
    StoredByOthers,
    /// This request removed it.
    Removed,
    /// It had ended or got a new id before this request was done: nothing was stored.
    EndedMeanwhile,
}

impl StorePlace {
    /// Carries out the plan's store step.
    pub(in crate::manager) async fn commit(
        &self,
        session: &Session,
        plan: Plan,
        now: UnixTime,
    ) -> Result<Outcome, Error> {
        let commit = self.store_step(Saving { session, plan, now }).await?;
        let state = session.lock();
        Ok(commit.outcome(state.saved().is_permanent || state.saved().permanence_was_set))
    }

    /// The outcome for a session whose plan has no store step.
    pub(in crate::manager) fn outcome_without_store(&self, session: &Session, plan: Plan) -> Outcome {
        let (changes_expiry, ended_id) = {
            let state = session.lock();
            (state.is_permanent(), state.origin.ended_id.clone())
        };
        match (plan.store, ended_id) {
            (StoreStep::Drop, Some(ended_id)) => ended(&self.ids.key(&ended_id.id)).outcome(changes_expiry),
            _ => Outcome::Stored { changes_expiry },
        }
    }

    /// The value of the client's cookie, or `None` for a session that is not stored.
    pub(in crate::manager) fn write_id<'s>(&self, state: &'s State) -> Option<Cow<'s, str>> {
        state.origin.stored_at.as_ref().map(|stored_at| self.ids.write(&stored_at.id))
    }

    /// What most requests do not need is boxed. Else each request would move its future, which had three kibibytes.
    async fn store_step(&self, save: Saving<'_>) -> Result<Commit, Error> {
        let commit = match save.plan.store {
            StoreStep::Create => self.create(save).await?,
            StoreStep::Begin => Box::pin(self.begin(save)).await?,
            StoreStep::Rename { continues, .. } => {
                if !continues
                    && self.session_limit.is_some()
                    && let Some(full) = Box::pin(self.refuse_if_full(save)).await?
                {
                    // A login is also a logout of the previous owner.
                    if save.plan.is_final {
                        Box::pin(self.end_what_is_known(save)).await?;
                    }
                    return Ok(full);
                }
                self.replace(save, TargetId::New, continues).await?
            }
            StoreStep::Update => self.replace(save, TargetId::Same, true).await?,
            StoreStep::End => Box::pin(self.end(save)).await?,
            StoreStep::Leave | StoreStep::Drop | StoreStep::Stamp => Commit::Stored,
        };
        Ok(match commit {
            commit if self.session_limit.is_none() => commit,
            Commit::Stored => Box::pin(self.admit_if_possible(save, None)).await,
            Commit::StoredAlongside(other) => Box::pin(self.admit_if_possible(save, Some(other))).await,
            commit => commit,
        })
    }

    async fn create(&self, save: Saving<'_>) -> Result<Commit, Error> {
        if save.plan.is_final {
            Box::pin(self.end_what_is_known(save)).await?;
        }
        let computed_id = computed_id(&save.session.lock());
        match computed_id {
            Some(id) => Box::pin(self.migrate(save, id)).await,
            None => self.create_new(save).await,
        }
    }

    pub(super) async fn create_new(&self, save: Saving<'_>) -> Result<Commit, Error> {
        match self.write(save, &mut None, &TargetId::New, false).await? {
            LoopOutcome::Stored(unsettled) => Ok(unsettled.settle(save.session)),
            _ => Ok(removed(save.session)),
        }
    }

    /// Replaces the record that was seen. If it has ended, a login begins another session; other changes are dropped.
    pub(super) async fn replace(
        &self,
        save: Saving<'_>,
        under: TargetId,
        is_presented: bool,
    ) -> Result<Commit, Error> {
        let mut seen = save.session.lock().origin.stored_at.clone();
        if seen.is_none() {
            return Ok(Commit::EndedMeanwhile);
        }
        match self.write(save, &mut seen, &under, is_presented).await? {
            LoopOutcome::Stored(unsettled) => Ok(unsettled.settle(save.session)),
            LoopOutcome::WrittenByOthers => Ok(Commit::StoredByOthers),
            LoopOutcome::Removed | LoopOutcome::Taken => Ok(removed(save.session)),
            LoopOutcome::Ended(key) if matches!(save.plan.store, StoreStep::Rename { begins: true, .. }) => {
                Box::pin(self.begin_after(save, &key)).await
            }
            LoopOutcome::Ended(key) => Box::pin(self.drop_changes(save, &key)).await,
        }
    }
}

/// The id that a migrated session gets here. A login gives it one that cannot be computed.
fn computed_id(state: &State) -> Option<SessionId> {
    let computed_id = state.origin.previous.as_ref()?.computed_id.clone();
    computed_id.filter(|_| state.new_id() != Some(NewId::Begin))
}

impl Commit {
    /// `changes_expiry`: the client's cookie gets another expiry, or none.
    pub(super) fn outcome(&self, changes_expiry: bool) -> Outcome {
        match self {
            Self::Stored | Self::StoredAlongside(_) => Outcome::Stored { changes_expiry },
            // The other response carries the cookie.
            Self::StoredByOthers => Outcome::Stored { changes_expiry: false },
            Self::Removed => Outcome::Removed,
            Self::EndedMeanwhile => Outcome::EndedMeanwhile,
        }
    }
}

pub(super) fn removed(session: &Session) -> Commit {
    session.lock().settle(None, None);
    Commit::Removed
}

/// The session had ended: the changes of this request are dropped, with an event.
pub(super) fn ended(key: &StoreKey) -> Commit {
    note(Event::RevivalRefused, key);
    Commit::EndedMeanwhile
}
