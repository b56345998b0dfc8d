//! Ending a session on request of the program.

use std::mem;

use super::StorePlace;
use super::commit::{Commit, Saving};
use super::open::note_unreadable;
use super::records::{Found, Successor};
use super::write::MAX_ROUNDS;
use crate::clock::UnixTime;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note};
use crate::store::{Entry, Revision, StoreError, StoreErrorKind, StoreKey, Stored, Write, WriteOutcome};

/// How a session ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending<'s> {
    /// Whether a tombstone is left, because the client was told to remove its cookie. Without one, a client that still has the cookie can
    /// begin a session immediately.
    leaves_tombstone: bool,
    /// The session that the tombstone leads to.
    successor: Option<&'s Successor>,
    /// Whether the session ends only under this id, and only if it can be read.
    only_this_id: bool,
}

/// The record to end.
struct Target {
    key: StoreKey,
    /// The record that was seen; `None` if it has to be loaded.
    seen: Option<Revision>,
    /// Whether no response was lost so far.
    may_look_again: bool,
}

impl<'s> Ending<'s> {
    /// The client is told. The session ends even if it has a newer id by now.
    pub(super) const LOGOUT: Self = Self { leaves_tombstone: true, successor: None, only_this_id: false };
    /// The client is not told.
    pub(super) const FROM_ELSEWHERE: Self = Self { leaves_tombstone: false, ..Self::LOGOUT };

    /// The session continues in another place.
    pub(super) fn moved(successor: Option<&'s Successor>) -> Self {
        Self { leaves_tombstone: true, successor, only_this_id: true }
    }
}

impl StorePlace {
    /// Ends whatever sessions the client's ids lead to. The state of a session whose id had already ended does not change.
    pub(super) async fn end(&self, save: Saving<'_>) -> Result<Commit, Error> {
        save.session.lock().begin_write();
        self.end_what_is_known(save).await?;
        let mut state = save.session.lock();
        if state.origin.ended_id.is_none() {
            state.settle(None, None);
        }
        Ok(Commit::Removed)
    }

    /// Ends the session of the client's id, or the record that cannot be read, and the sessions of its other ids, because the client would
    /// continue with its next cookie.
    pub(super) async fn end_what_is_known(&self, save: Saving<'_>) -> Result<(), Error> {
        let (id, seen, others) = {
            let origin = &save.session.lock().origin;
            let stored_at = origin.stored_at.as_ref().or(origin.unreadable.as_deref());
            (
                origin.id().cloned(),
                stored_at.map(|stored_at| stored_at.revision.clone()),
                origin.others.clone(),
            )
        };
        if let Some(id) = id {
            self.end_from(self.ids.key(&id), seen, Ending::LOGOUT, save.now).await?;
        }
        for id in others {
            self.end_from(self.ids.key(&id), None, Ending::LOGOUT, save.now).await?;
        }
        Ok(())
    }

    /// Ends the session where it is now: an earlier request may have given it a new id. Without tombstones that cannot be known. Returns
    /// whether there was something to end.
    pub(super) async fn end_from(
        &self,
        key: StoreKey,
        seen: Option<Revision>,
        how: Ending<'_>,
        now: UnixTime,
    ) -> Result<bool, Error> {
        let mut target = Target { key, seen, may_look_again: true };
        for _ in 0..MAX_ROUNDS {
            if let Some(was_there) = self.end_once(&mut target, how, now).await? {
                return Ok(was_there);
            }
        }
        note(Event::GaveUp, &target.key);
        Err(Error::gave_up())
    }

    /// `None`: a concurrent write came first, and the target is now what that stored.
    async fn end_once(
        &self,
        target: &mut Target,
        how: Ending<'_>,
        now: UnixTime,
    ) -> Result<Option<bool>, Error> {
        let Some(tombstone) = self.tombstone(&target.key, how.successor, now)? else {
            return Ok(Some(self.remove(&target.key, None, now).await?));
        };
        let tombstone = Some(&tombstone).filter(|_| how.leaves_tombstone);
        let is_ours = |found: &Stored| tombstone.is_some_and(|ours| ours.payload == found.payload);
        match self.try_to_end(target, tombstone, now).await? {
            // The write whose response was lost was done: no other tombstone has these bytes.
            WriteOutcome::Changed(found) if is_ours(&found) => Ok(Some(true)),
            WriteOutcome::Changed(theirs) => self.after_conflict(target, theirs, tombstone, how, now).await,
            WriteOutcome::Gone => Ok(Some(false)),
            _ => Ok(Some(true)),
        }
    }

    async fn try_to_end(
        &self,
        target: &mut Target,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let Some(seen) = target.seen.take() else { return self.look_at(&target.key, now).await };
        match self.end_seen(&target.key, &seen, tombstone, now).await {
            // It is not known whether the write was done. Repeating it is harmless, so the record is checked again, if there is time for that.
            Err(error)
                if error.kind() == StoreErrorKind::NoAnswer && mem::take(&mut target.may_look_again) =>
            {
                self.look_at(&target.key, now).await.map_err(|_| error)
            }
            answer => answer,
        }
    }

    async fn after_conflict(
        &self,
        target: &mut Target,
        theirs: Stored,
        tombstone: Option<&Entry>,
        how: Ending<'_>,
        now: UnixTime,
    ) -> Result<Option<bool>, Error> {
        match self.records.read(&target.key, &theirs, &self.setup.lifetimes, now) {
            Found::Session { .. } => target.seen = Some(theirs.revision),
            // A parallel request may have migrated it to the same place.
            Found::Tombstone { successor, .. } if how.only_this_id => {
                return Ok(Some(successor.is_some() && successor.as_ref() == how.successor));
            }
            Found::Tombstone { successor: Some(successor), .. } => target.key = successor.key,
            Found::Unreadable(why) if !how.only_this_id => {
                note_unreadable(&why, &target.key);
                return Ok(Some(self.remove(&target.key, tombstone, now).await?));
            }
            _ => return Ok(Some(false)),
        }
        Ok(None)
    }

    pub(super) async fn load(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.store.load(key, None, now).await
    }

    /// The current record, in the form in which a failed write returns it.
    async fn look_at(&self, key: &StoreKey, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        Ok(self.load(key, now).await?.map_or(WriteOutcome::Gone, WriteOutcome::Changed))
    }

    /// Replaces the record that was seen by the tombstone, or removes it.
    async fn end_seen(
        &self,
        key: &StoreKey,
        seen: &Revision,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let store = &self.store;
        let Some(entry) = tombstone else {
            return store.write(Write::swap(key, seen, &Entry::expired(now)), now).await;
        };
        match store.write(Write::swap(key, seen, entry), now).await {
            Err(error) if error.kind() == StoreErrorKind::Refused => {
                let was_there = self.remove(key, tombstone, now).await?;
                Ok(if was_there { WriteOutcome::Removed } else { WriteOutcome::Gone })
            }
            answer => answer,
        }
    }

    /// Removes the record if there is no space for a tombstone.
    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let store = &self.store;
        let written = match store.write(Write::remove(key, tombstone), now).await {
            Err(error) if error.kind() == StoreErrorKind::Refused && tombstone.is_some() => {
                store.write(Write::remove(key, None), now).await
            }
            answer => answer,
        };
        Ok(written? == WriteOutcome::Removed)
    }
}
