//! A login that came with the id of a session that is no more.
//!
//! It always begins a session: a fresh id, and a cookie that works. What the session begins with is decided when it is saved:
//!
//! | what became of the session that the client means | the new session holds |
//! |---|---|
//! | it is there under the id that the client sent | all its data: it is renamed, as by every login |
//! | it has a newer id, and the [owner](crate::Session::set_owner) that this request sets | its data, and this request's changes |
//! | it has a newer id, and another owner or none, or this request sets none, or the one that gave it the new id set none | this request's changes alone |
//! | it ended, or nothing is known | this request's changes alone |
//!
//! One that was cleared before is a logout as well: the session that the client means ends, under whatever id it has by now, unless it is
//! the same owner's, who has logged in twice.
//!
//! The second row is for a login whose answer was lost, for a double click and for parallel tabs: the client still has the old id, and the
//! first of two logins gave the session a new one. That session and its tombstones are left as they are: whichever of the two answers the
//! browser keeps, its cookie works.
//!
//! Why it leads nowhere for somebody who planted the id (session fixation): the owner of the session is the victim, and that of the
//! request is whoever can log in as. Without an owner nothing proves that both are the same person.

use super::end::Trace;
use super::keeper::ServerSideKeeper;
use super::records::{Found, Successor};
use super::write::{Commit, Unsettled, ended};
use crate::clock::UnixTime;
use crate::manager::Error;
use crate::manager::plan::Plan;
use crate::session::{Kept, Present, Session};
use crate::store::StoreKey;
use crate::value::Text;
use dewar_core::old::OldCalls as _;
use dewar_core::old::Swapped;

/// How many new ids are followed: a session gets one at a login, not at each request.
const SUCCESSORS: usize = 8;

impl ServerSideKeeper {
    /// Its id was no more when the request came.
    pub(super) async fn begin(&self, session: &Session, plan: Plan, now: UnixTime) -> Result<Commit, Error> {
        let ended_id = session.lock().origin.ended_id.clone();
        match ended_id {
            Some(ended) => self.begin_after(session, &self.ids.key(&ended.id), plan, now).await,
            None => self.create(session, plan, now).await,
        }
    }

    /// Its id is no more, although it was there when the request came. A login begins all the same; everything else is dropped.
    pub(super) async fn overtaken(
        &self,
        session: &Session,
        key: &StoreKey,
        plan: Plan,
        begins: bool,
        now: UnixTime,
    ) -> Result<Commit, Error> {
        if begins {
            self.begin_after(session, key, plan, now).await
        } else {
            self.drop_changes(key, plan, now).await
        }
    }

    /// What was done to a session that is no more is dropped; but if all of it was forgotten, it ends under whatever id it has by now.
    pub(super) async fn drop_changes(
        &self,
        key: &StoreKey,
        plan: Plan,
        now: UnixTime,
    ) -> Result<Commit, Error> {
        if plan.is_final {
            self.end_from(key.clone(), None, Trace::Tombstone, now).await?;
        }
        Ok(ended(key))
    }

    async fn begin_after(
        &self,
        session: &Session,
        old: &StoreKey,
        plan: Plan,
        now: UnixTime,
    ) -> Result<Commit, Error> {
        let owner = session.lock().new_owner();
        let successor = match &owner {
            Some(owner) => self.successor(old, owner, now).await?,
            None => None,
        };
        // What was forgotten is forgotten wherever it is; but a login that is repeated leaves the first one alone.
        if plan.is_final && successor.is_none() {
            self.end_from(old.clone(), None, Trace::Tombstone, now).await?;
        }
        if let (Some(owner), Some((key, present))) = (owner, successor)
            // What cannot be merged is not needed to log in.
            && session.rebase(present).is_ok()
        {
            return self.begin_beside(session, key, &owner, now).await;
        }
        self.forget_the_past(session, now)?;
        if session.lock().is_blank() {
            return Ok(ended(old));
        }
        self.create(session, plan, now).await
    }

    /// Begins with the data of a session that is there, and looks once more: it may have been ended meanwhile.
    async fn begin_beside(
        &self,
        session: &Session,
        other: StoreKey,
        owner: &Text,
        now: UnixTime,
    ) -> Result<Commit, Error> {
        let Some(unsettled) = self.create_unsettled(session, now).await? else { return Ok(ended(&other)) };
        let key = self.ids.key(&unsettled.kept.id);
        let written = match self.successor(&other, owner, now).await {
            Ok(Some(_)) => {
                unsettled.settle(session);
                Ok(Commit::StoredBeside(other))
            }
            Ok(None) => self.keep_own_changes(session, unsettled.kept, now).await,
            Err(error) => Err(error),
        };
        if written.is_err() {
            // It may hold what has ended. Nobody knows its id; if it cannot be removed now, it ends by itself.
            let _ = self.settings.store.remove(&key, None, now).await;
        }
        written
    }

    /// In place of what was taken over from a session that has ended since.
    async fn keep_own_changes(&self, session: &Session, kept: Kept, now: UnixTime) -> Result<Commit, Error> {
        self.forget_the_past(session, now)?;
        let key = self.ids.key(&kept.id);
        let draft = self.draft(&mut session.lock(), &key, false, now)?;
        match self.settings.store.swap(&key, &kept.revision, &draft.entry, now).await? {
            Swapped::Swapped(revision) => {
                Unsettled { kept: Kept { revision, ..kept }, draft }.settle(session);
                Ok(Commit::Stored)
            }
            Swapped::Changed(_) | Swapped::Gone => Ok(ended(&key)),
        }
    }

    /// The session under this key, or under the newest id that it got since: if it is there, and this owner's.
    async fn successor(
        &self,
        key: &StoreKey,
        owner: &Text,
        now: UnixTime,
    ) -> Result<Option<(StoreKey, Present)>, Error> {
        if !self.rules.leaves_tombstones {
            return Ok(None);
        }
        let mut key = key.clone();
        for _ in 0..=SUCCESSORS {
            let Some(stored) = self.settings.store.load(&key, None, now).await? else { return Ok(None) };
            match self.records.read(&key, &stored, &self.settings.lifetime, now) {
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

    /// What is left are the changes of this request, done to a session that is new.
    fn forget_the_past(&self, session: &Session, now: UnixTime) -> Result<(), Error> {
        session.rebase(self.blank(now)).map_err(Error::cannot_merge)
    }
}
