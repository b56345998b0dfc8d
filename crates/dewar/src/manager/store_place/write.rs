//! The loop of every commit: what is written is what the store holds now, with this request's changes made to it.

use super::StorePlace;
use super::commit::{Commit, Saving};
use super::open::note_unreadable;
use super::records::{Draft, Found, Successor};
use crate::clock::UnixTime;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note, note_overwritten};
use crate::session::{NewId, OnConflict, Rebased, Session, SessionId, StoredAt, StoredSession};
use crate::store::{Entry, Revision, StoreKey, Stored, Write, WriteOutcome};

/// How often other writes may come first before a request gives up. Of all requests that write at the same time one succeeds at each
/// turn, so that this many at the same time never see it.
pub(super) const TURNS: usize = 64;

/// Under which id a session is written.
pub(super) enum Under {
    /// The one that it has.
    SameId,
    /// One that is generated.
    NewId,
    /// This one.
    Id(SessionId),
}

/// How a write ended.
pub(super) enum Done {
    Stored(Unsettled),
    Removed,
    /// What it was to replace is gone, or this is the tombstone of it.
    Ended(StoreKey),
    /// Another request has written it meanwhile, and this one had nothing to change.
    WrittenByOthers,
    /// The id that was given is in use.
    Taken,
}

/// A session that is stored, and does not know it yet.
pub(super) struct Unsettled {
    pub(super) stored_at: StoredAt,
    draft: Draft,
}

/// What the store holds as far as this request has seen.
struct Seen {
    key: StoreKey,
    stored_at: StoredAt,
}

/// One turn of the loop.
struct Attempt {
    /// The new id and its key, if the session gets one.
    new_id: Option<SessionId>,
    new_key: Option<StoreKey>,
    /// What is stored; `None` if nothing is left to store.
    draft: Option<Draft>,
    /// What is left under the old key if the session goes away from there: a tombstone, or an entry that has expired.
    left: Option<Entry>,
}

impl StorePlace {
    /// Tries until no other write comes first. What was seen is replaced, under the same id or another one, or
    /// removed if nothing is left to store; without it, the session is created.
    pub(super) async fn write(
        &self,
        save: Saving<'_>,
        seen: Option<StoredAt>,
        under: Under,
        is_presented: bool,
    ) -> Result<Done, Error> {
        let mut seen = seen.map(|stored_at| Seen { key: self.ids.key(&stored_at.id), stored_at });
        for _ in 0..TURNS {
            let attempt = self.attempt(save, seen.as_ref(), &under, is_presented)?;
            let Some(write) = attempt.write(seen.as_ref()) else { return Ok(Done::Removed) };
            match (self.store.write(write, save.now).await?, &mut seen) {
                (WriteOutcome::Saved(revision), _) => return Ok(attempt.done(seen, revision)),
                (WriteOutcome::Removed, _) => return Ok(Done::Removed),
                (WriteOutcome::Gone, Some(seen)) => return Ok(Done::Ended(seen.key.clone())),
                (WriteOutcome::Changed(theirs), Some(seen)) => match self.rebase(save, &seen.key, theirs)? {
                    Some(revision) => {
                        seen.update(save.session, revision);
                        if save.plan.is_best_effort {
                            return Ok(Done::WrittenByOthers);
                        }
                    }
                    None => return Ok(Done::Ended(seen.key.clone())),
                },
                (WriteOutcome::Taken, _) if matches!(under, Under::Id(_)) => return Ok(Done::Taken),
                _ => {}
            }
        }
        if let Some(seen) = &seen {
            note(Event::GaveUp, &seen.key);
        }
        Err(Error::gave_up())
    }

    /// What is to be written now.
    fn attempt(
        &self,
        save: Saving<'_>,
        seen: Option<&Seen>,
        under: &Under,
        is_presented: bool,
    ) -> Result<Attempt, Error> {
        let new_id = match under {
            Under::SameId => None,
            Under::NewId => Some(self.ids.generate(&self.setup.random, seen.map(|seen| &seen.stored_at.id))?),
            Under::Id(id) => Some(id.clone()),
        };
        let new_key = new_id.as_ref().map(|id| self.ids.key(id));
        let draft = match new_key.as_ref().or(seen.map(|seen| &seen.key)) {
            Some(key) => self.draft(&mut save.session.lock(), key, is_presented, save.now)?,
            None => None,
        };
        let left = match (seen, &draft, &new_key) {
            (Some(seen), None, _) => Some(self.removal(&seen.key, save.now)?),
            (Some(seen), Some(_), Some(new_key)) => {
                self.tombstone(&seen.key, Some(&successor(save.session, new_key)), save.now)?
            }
            _ => None,
        };
        Ok(Attempt { new_id, new_key, draft, left })
    }

    /// What is written over a session that has nothing left to store.
    fn removal(&self, key: &StoreKey, now: UnixTime) -> Result<Entry, Error> {
        Ok(self.tombstone(key, None, now)?.unwrap_or_else(|| Entry::expired(now)))
    }

    /// Another write came first: makes our changes to what it stored. `None`: it ended the session, or gave it to another owner.
    pub(super) fn rebase(
        &self,
        save: Saving<'_>,
        key: &StoreKey,
        theirs: Stored,
    ) -> Result<Option<Revision>, Error> {
        match self.records.read(key, &theirs, &self.setup.lifetimes, save.now) {
            Found::Session { present, .. } => {
                let is_merged = merge(save.session, key, present, self.on_conflict)?;
                Ok(is_merged.then_some(theirs.revision))
            }
            Found::Tombstone { .. } | Found::Expired => Ok(None),
            Found::Unreadable(why) => {
                note_unreadable(&why, key);
                Err(Error::unreadable())
            }
        }
    }
}

impl Attempt {
    /// `None`: nothing is stored, and nothing is to be.
    fn write<'a>(&'a self, seen: Option<&'a Seen>) -> Option<Write<'a>> {
        Some(match (seen, &self.draft, &self.new_key) {
            (None, Some(draft), Some(key)) => Write::create(key, &draft.entry),
            (Some(seen), Some(draft), None) => seen.swap(&draft.entry),
            (Some(seen), Some(draft), Some(key)) => seen.rename(key, &draft.entry, self.left.as_ref()),
            (Some(seen), None, _) => seen.swap(self.left.as_ref()?),
            (None, ..) => return None,
        })
    }

    fn done(self, seen: Option<Seen>, revision: Revision) -> Done {
        match (self.draft, self.new_id.or(seen.map(|seen| seen.stored_at.id))) {
            (Some(draft), Some(id)) => {
                Done::Stored(Unsettled { stored_at: StoredAt { id, revision }, draft })
            }
            _ => Done::Removed,
        }
    }
}

impl Seen {
    fn swap<'s>(&'s self, entry: &'s Entry) -> Write<'s> {
        Write::swap(&self.key, &self.stored_at.revision, entry)
    }

    fn rename<'s>(&'s self, key: &'s StoreKey, entry: &'s Entry, tombstone: Option<&'s Entry>) -> Write<'s> {
        Write::rename(&self.key, key, &self.stored_at.revision, entry, tombstone)
    }

    /// The session holds by now what was stored with this revision, too: if this save fails, the next one begins there.
    fn update(&mut self, session: &Session, revision: Revision) {
        self.stored_at.revision = revision;
        if let Some(stored_at) = &mut session.lock().origin.stored_at
            && stored_at.id == self.stored_at.id
        {
            stored_at.revision.clone_from(&self.stored_at.revision);
        }
    }
}

impl Unsettled {
    /// From now on the session knows where it is stored, and that its changes are.
    pub(super) fn settle(self, session: &Session) -> Commit {
        session.lock().settle(Some(self.stored_at), Some(self.draft.times));
        Commit::Stored
    }
}

/// Makes this request's changes to what another one stored; `false` if that has another owner.
pub(super) fn merge(
    session: &Session,
    key: &StoreKey,
    present: StoredSession,
    on_conflict: OnConflict,
) -> Result<bool, Error> {
    let rebased = session.rebase(present, on_conflict).map_err(Error::cannot_merge)?;
    let Rebased::Merged { overwritten } = rebased else { return Ok(false) };
    note(Event::Merged, key);
    note_overwritten(overwritten, key);
    Ok(true)
}

/// A login says whose the session is, or nothing; a new id now and then leaves it whose it was.
fn successor(session: &Session, key: &StoreKey) -> Successor {
    let state = session.lock();
    let owner = if state.new_id() == Some(NewId::Begin) { state.new_owner() } else { state.owner() };
    Successor { key: key.clone(), owner }
}
