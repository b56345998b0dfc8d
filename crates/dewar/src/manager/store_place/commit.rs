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
pub(in crate::manager) struct Saving<'s> {
    pub(in crate::manager) session: &'s Session,
    pub(in crate::manager) plan: Plan,
    pub(in crate::manager) now: UnixTime,
}

/// The outcome of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manager) enum Commit {
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

    /// Carries out the plan's store step.
    ///
    /// What most requests do not need is boxed: each request allocates this future.
    pub(in crate::manager) async fn commit(&self, save: Saving<'_>) -> Result<Commit, Error> {
        let commit = match save.plan.store {
            StoreStep::Create => self.create(save).await?,
            StoreStep::Begin => Box::pin(self.begin(save)).await?,
            StoreStep::Rename { continues: false, .. } if self.session_limit.is_some() => {
                Box::pin(self.log_in_if_possible(save)).await?
            }
            StoreStep::Rename { continues, .. } => self.replace(save, &TargetId::New, continues).await?,
            StoreStep::Update => self.replace(save, &TargetId::Same, true).await?,
            StoreStep::End => Box::pin(self.end(save)).await?,
            StoreStep::Leave | StoreStep::Drop | StoreStep::Stamp => Commit::Stored,
        };
        let repeated = match commit {
            _ if self.session_limit.is_none() => return Ok(commit),
            Commit::Stored => None,
            Commit::StoredAlongside(other) => Some(other),
            commit => return Ok(commit),
        };
        Ok(Box::pin(self.admit_if_possible(save, repeated)).await)
    }

    /// Gives the session of a login its new id, unless its owner has too many sessions.
    async fn log_in_if_possible(&self, save: Saving<'_>) -> Result<Commit, Error> {
        let Some(full) = self.refuse_if_full(save).await? else {
            return self.replace(save, &TargetId::New, false).await;
        };
        // A login is also a logout of the previous owner.
        if save.plan.is_final {
            self.end_what_is_known(save).await?;
        }
        Ok(full)
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
        under: &TargetId,
        is_presented: bool,
    ) -> Result<Commit, Error> {
        let mut seen = save.session.lock().origin.stored_at.clone();
        if seen.is_none() {
            return Ok(Commit::EndedMeanwhile);
        }
        let ended = match self.write(save, &mut seen, under, is_presented).await? {
            LoopOutcome::Stored(unsettled) => return Ok(unsettled.settle(save.session)),
            LoopOutcome::WrittenByOthers => return Ok(Commit::StoredByOthers),
            LoopOutcome::Removed | LoopOutcome::Taken => return Ok(removed(save.session)),
            LoopOutcome::Ended(key) => key,
        };
        if matches!(save.plan.store, StoreStep::Rename { begins: true, .. }) {
            Box::pin(self.begin_after(save, &ended)).await
        } else {
            Box::pin(self.drop_changes(save, &ended)).await
        }
    }
}

/// The id that a migrated session gets here. A login gives it one that cannot be computed.
fn computed_id(state: &State) -> Option<SessionId> {
    let computed_id = state.origin.previous.as_ref()?.computed_id.clone();
    computed_id.filter(|_| state.new_id() != Some(NewId::Begin))
}

impl Commit {
    /// What it means for the client's cookie.
    pub(in crate::manager) fn outcome_for(&self, session: &Session) -> Outcome {
        let state = session.lock();
        self.outcome(state.saved().is_permanent || state.saved().permanence_was_set)
    }

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
