//! A login with an id that has ended.
//!
//! It always begins a session with a new id and a cookie that works. The data of that session is decided when it is saved:
//!
//! | what happened to the client's session | data of the new session |
//! |---|---|
//! | it is stored under the id that the client sent | all its data: it is renamed, as in every login |
//! | it has a newer id, and the [owner](crate::Session::set_owner) that this request sets | its data, and this request's changes |
//! | it has a newer id, and another owner or none, or this request sets none, or the one that gave it the new id set none | this request's changes alone |
//! | it ended, or no tombstone is left | this request's changes alone |
//!
//! A request that cleared the session first is a logout as well: the client's session ends, even if it has a newer id by now, unless it has
//! the same owner, who has then logged in twice.
//!
//! The second row is for a login whose response was lost, for a double click and for parallel tabs: the client still has the old id, and
//! the first of two logins gave the session a new one. That session and its tombstones are not changed, so whichever of the two responses
//! the browser keeps, its cookie works.
//!
//! An attacker who planted the id (session fixation) gains nothing: the session belongs to the victim, while the request can only set an
//! owner that the attacker can log in as. Without an owner, nothing proves that both are the same person.

use super::StorePlace;
use super::commit::{Commit, Saving, ended};
use super::end::Ending;
use super::records::{Found, Successor};
use super::write::{LoopOutcome, TargetId, merge};
use crate::clock::UnixTime;
use crate::manager::error::Error;
use crate::session::{OnConflict, StoredAt, StoredSession};
use crate::store::{StoreKey, Write};
use crate::value::Text;

/// How many new ids are followed. A session gets a new id at a login, not in each request.
const SUCCESSORS: usize = 8;

impl StorePlace {
    /// Begins a session for a request whose id had already ended.
    pub(super) async fn begin(&self, save: Saving<'_>) -> Result<Commit, Error> {
        let ended_id = save.session.lock().origin.ended_id.clone();
        match ended_id {
            Some(ended) => self.begin_after(save, &self.ids.key(&ended.id)).await,
            None => self.create_new(save).await,
        }
    }

    /// Drops the changes to a session that has ended. If the request cleared the session, it ends even if it has a newer id by now.
    pub(super) async fn drop_changes(&self, save: Saving<'_>, key: &StoreKey) -> Result<Commit, Error> {
        if save.plan.is_final {
            self.end_from(key.clone(), None, Ending::LOGOUT, save.now).await?;
        }
        Ok(ended(key))
    }

    pub(super) async fn begin_after(&self, save: Saving<'_>, old: &StoreKey) -> Result<Commit, Error> {
        let owner = save.session.lock().new_owner();
        let successor = match &owner {
            Some(owner) => self.successor(old, owner, save.now).await?,
            None => None,
        };
        // A cleared session ends wherever it is, but a repeated login does not end the first one.
        if save.plan.is_final && successor.is_none() {
            self.end_from(old.clone(), None, Ending::LOGOUT, save.now).await?;
        }
        if let (Some(owner), Some((key, present))) = (owner, successor)
            // A login is never refused because its changes cannot be merged with the session that its id once had.
            && merge(save.session, &key, present, OnConflict::LaterWins).unwrap_or(false)
        {
            return self.begin_alongside(save, key, &owner).await;
        }
        self.discard_old_data(save)?;
        if save.session.lock().is_blank() {
            return Ok(ended(old));
        }
        self.create_new(save).await
    }

    /// Begins with the data of an existing session, then checks that session again: it may have ended in the meantime.
    async fn begin_alongside(
        &self,
        save: Saving<'_>,
        other: StoreKey,
        owner: &Text,
    ) -> Result<Commit, Error> {
        let LoopOutcome::Stored(unsettled) = self.write(save, &mut None, &TargetId::New, false).await? else {
            return Ok(ended(&other));
        };
        let key = unsettled.stored_at.key.clone();
        let commit = match self.successor(&other, owner, save.now).await {
            Ok(Some(_)) => {
                unsettled.settle(save.session);
                Ok(Commit::StoredAlongside(other))
            }
            Ok(None) => self.store_own_changes(save, unsettled.stored_at).await,
            Err(error) => Err(error),
        };
        if commit.is_err() {
            // It may contain data that has ended. No client knows its id; if it cannot be removed now, it expires.
            let _ = self.store.write(Write::remove(&key, None), save.now).await;
        }
        commit
    }

    /// Replaces data that was taken from a session which has ended since.
    async fn store_own_changes(&self, save: Saving<'_>, stored_at: StoredAt) -> Result<Commit, Error> {
        self.discard_old_data(save)?;
        let key = stored_at.key.clone();
        match self.write(save, &mut Some(stored_at), &TargetId::Same, false).await? {
            LoopOutcome::Stored(unsettled) => Ok(unsettled.settle(save.session)),
            _ => Ok(ended(&key)),
        }
    }

    /// The session under this key, or under the newest id that it got since, if it is stored and has this owner.
    async fn successor(
        &self,
        key: &StoreKey,
        owner: &Text,
        now: UnixTime,
    ) -> Result<Option<(StoreKey, StoredSession)>, Error> {
        if !self.setup.rules.leaves_tombstones {
            return Ok(None);
        }
        let mut key = key.clone();
        for _ in 0..=SUCCESSORS {
            let Some(stored) = self.store.load(&key, None, now).await? else { return Ok(None) };
            match self.records.read(&key, &stored, &self.setup.lifetimes, now) {
                Found::Tombstone { successor: Some(Successor { key: newer, owner: whose }), .. }
                    if whose.as_ref() == Some(owner) =>
                {
                    key = newer;
                }
                Found::Session { present, .. } if present.owner.as_ref() == Some(owner) => {
                    return Ok(Some((key, present)));
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Keeps only the changes of this request, applied to a new session.
    fn discard_old_data(&self, save: Saving<'_>) -> Result<(), Error> {
        save.session.restart_from(self.setup.blank(save.now)).map_err(Error::cannot_merge)
    }
}
