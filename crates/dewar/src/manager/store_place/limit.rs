//! The session limit of an owner, and what a login does when it is reached.
//!
//! A login whose response was lost must not lock the user out. So two kinds of sessions are ended before others:
//!
//! * the one that this login repeats (see [`begin`](super::begin)): the new session takes its place;
//! * if the newest is refused, sessions whose id no client has sent yet: the response with their id may have been lost.
//!
//! Expired sessions do not count, even if the engine still has them. If the newest is refused, each login decides only about itself, based
//! on the sessions before it. So two concurrent logins cannot end each other.

use super::StorePlace;
use super::commit::{Commit, Saving, ended};
use super::end::Ending;
use super::records::Found;
use crate::clock::UnixTime;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note};
use crate::manager::server_side::SessionLimit;
use crate::store::{Revision, StoreKey, Trim};

/// One of an owner's sessions.
struct Member {
    key: StoreKey,
    revision: Revision,
    is_presented: bool,
}

/// The sessions of an owner, in the order of their logins.
struct Members {
    alive: Vec<Member>,
    /// Sessions that cannot be read here, but may be readable elsewhere.
    unreadable: usize,
}

impl StorePlace {
    /// Whether it must be recorded that a client has sent the id of a session.
    pub(super) fn records_presented_ids(&self) -> bool {
        self.session_limit.is_some_and(|session_limit| session_limit.ends == Trim::Newest)
    }

    /// Refuses a login before anything is written, so that the session the request came with is not changed.
    pub(super) async fn refuse_if_full(&self, save: Saving<'_>) -> Result<Option<Commit>, Error> {
        let Some(SessionLimit { sessions, ends: Trim::Newest }) = self.session_limit else {
            return Ok(None);
        };
        let owner = save.session.lock().new_owner();
        let (Some(owner), Some(own)) = (owner, self.key_of(save.session)) else { return Ok(None) };
        let members = self.members(&self.ids.namespace().owner(&owner.to_str_lossy()), save.now).await?;
        let is_in_use = |member: &&Member| member.is_presented && member.key != own;
        let is_full = members.alive.iter().filter(is_in_use).count() >= sessions;
        Ok(is_full.then(|| ended(&own)))
    }

    /// Applies the limit to a session that has just got its owner. If that fails, the session stays: the next login checks again.
    pub(super) async fn admit_if_possible(&self, save: Saving<'_>, repeats: Option<StoreKey>) -> Commit {
        let Some(key) = self.key_of(save.session) else { return Commit::Stored };
        self.admit(save, &key, repeats).await.unwrap_or_else(|_| {
            note(Event::LimitNotKept, &key);
            Commit::Stored
        })
    }

    async fn admit(
        &self,
        Saving { session, now, .. }: Saving<'_>,
        key: &StoreKey,
        repeats: Option<StoreKey>,
    ) -> Result<Commit, Error> {
        let Some(SessionLimit { sessions, ends }) = self.session_limit else {
            return Ok(Commit::Stored);
        };
        let Some(owner) = session.lock().saved().newly_assigned_owner.clone() else {
            return Ok(Commit::Stored);
        };
        let owner = self.ids.namespace().owner(&owner.to_str_lossy());
        let members = self.members(&owner, now).await?;
        let is_in = match ends {
            Trim::Newest => self.refuse_newest(key, members, repeats, sessions, now).await?,
            Trim::Oldest => self.end_oldest(&owner, key, members, repeats, sessions, now).await?,
        };
        Ok(if is_in { Commit::Stored } else { ended(key) })
    }

    /// The sessions of an owner. Expired ones are removed.
    async fn members(&self, owner: &str, now: UnixTime) -> Result<Members, Error> {
        let mut members = Members { alive: Vec::new(), unreadable: 0 };
        for (key, stored) in self.owners()?.owned_by(owner, now).await? {
            match self.records.read(&key, &stored, &self.setup.lifetimes, now) {
                Found::Session { present, .. } => {
                    let is_presented = present.is_presented;
                    members.alive.push(Member { key, revision: stored.revision, is_presented });
                }
                Found::Expired | Found::Tombstone { .. } => {
                    self.end_from(key, Some(stored.revision), Ending::FROM_ELSEWHERE, now).await?;
                }
                Found::Unreadable(_) => members.unreadable += 1,
            }
        }
        Ok(members)
    }

    /// Returns whether this session is within the limit. Later ones decide about themselves.
    async fn refuse_newest(
        &self,
        key: &StoreKey,
        members: Members,
        repeats: Option<StoreKey>,
        sessions: usize,
        now: UnixTime,
    ) -> Result<bool, Error> {
        let Some(place) = members.alive.iter().position(|member| member.key == *key) else {
            return Ok(false);
        };
        let mut alive = members.alive;
        let own = alive.split_off(place).into_iter().next();
        let mut excess = (alive.len() + 1).saturating_sub(sessions);
        let is_repeated = |member: &Member| Some(&member.key) == repeats.as_ref();
        alive.retain(|member| is_repeated(member) || !member.is_presented);
        alive.sort_by_key(|member| !is_repeated(member));
        for member in alive.into_iter().take(excess) {
            self.end_from(member.key, Some(member.revision), Ending::LOGOUT, now).await?;
            excess -= 1;
        }
        if let (Some(own), 1..) = (own, excess) {
            self.end_from(own.key, Some(own.revision), Ending::FROM_ELSEWHERE, now).await?;
            return Ok(false);
        }
        Ok(true)
    }

    async fn end_oldest(
        &self,
        owner: &str,
        key: &StoreKey,
        members: Members,
        repeats: Option<StoreKey>,
        sessions: usize,
        now: UnixTime,
    ) -> Result<bool, Error> {
        if members.alive.len() <= sessions {
            return Ok(true);
        }
        if let Some(member) = members.alive.into_iter().find(|member| Some(&member.key) == repeats.as_ref()) {
            self.end_from(member.key, Some(member.revision), Ending::LOGOUT, now).await?;
        }
        let may_stay = sessions.saturating_add(members.unreadable);
        let removed = self.owners()?.trim(owner, may_stay, Trim::Oldest, now).await?;
        Ok(!removed.contains(key))
    }
}
