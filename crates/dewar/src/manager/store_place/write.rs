//! The loop of every commit: it writes what the store contains now, with this request's changes applied.

use super::StorePlace;
use super::commit::{Commit, Saving};
use super::open::note_unreadable;
use super::records::{Draft, Found, Successor};
use crate::clock::UnixTime;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note, note_overwritten};
use crate::session::{NewId, OnConflict, Rebased, Session, SessionId, StoredAt, StoredSession};
use crate::store::{Entry, Revision, StoreKey, Stored, Write, WriteOutcome};

/// How many concurrent writes may come first before a request gives up. Of all requests that write at the same time, one succeeds in each
/// round, so fewer concurrent requests than this never reach the limit.
pub(super) const MAX_ROUNDS: usize = 64;

/// The id under which a session is written.
pub(super) enum TargetId {
    /// Its current id.
    Same,
    /// A generated id.
    New,
    /// This id.
    Given(SessionId),
}

/// The outcome of the loop.
pub(super) enum LoopOutcome {
    Stored(Unsettled),
    Removed,
    /// The record to be replaced is gone, or this is the key of its tombstone.
    Ended(StoreKey),
    /// Another request wrote it in the meantime, and this one had no changes.
    WrittenByOthers,
    /// The given id is already in use.
    Taken,
}

/// A session that is stored, but whose state does not reflect that yet.
pub(super) struct Unsettled {
    pub(super) stored_at: StoredAt,
    draft: Draft,
}

/// One round of the loop.
struct Attempt {
    /// The new id and its key, if the session gets one.
    new_id: Option<SessionId>,
    new_key: Option<StoreKey>,
    /// The entry to store; `None` if nothing is left to store.
    draft: Option<Draft>,
    /// The entry left under the old key if the session leaves it: a tombstone, or an entry that has expired.
    left: Option<Entry>,
}

impl StorePlace {
    /// Retries until no concurrent write comes first. The record that was seen is replaced, under the same id or another one, or removed if
    /// nothing is left to store. If none was seen, the session is created.
    ///
    /// What was seen is taken when it is replaced under its own id. It is borrowed, as the id is, since a future stores each of its arguments
    /// twice.
    pub(super) async fn write(
        &self,
        save: Saving<'_>,
        seen: &mut Option<StoredAt>,
        under: &TargetId,
        is_presented: bool,
    ) -> Result<LoopOutcome, Error> {
        for _ in 0..MAX_ROUNDS {
            let attempt = self.attempt(save, seen.as_ref(), under, is_presented)?;
            let Some(write) = attempt.write(seen.as_ref()) else { return Ok(LoopOutcome::Removed) };
            match (self.store.write(write, save.now).await?, &mut *seen) {
                (WriteOutcome::Saved(revision), seen) => return Ok(attempt.done(seen, revision)),
                (WriteOutcome::Removed, _) => return Ok(LoopOutcome::Removed),
                (WriteOutcome::Gone, Some(seen)) => return Ok(LoopOutcome::Ended(seen.key.clone())),
                (WriteOutcome::Changed(theirs), Some(seen)) => match self.rebase(save, &seen.key, theirs)? {
                    Some(revision) => {
                        update(seen, save.session, revision);
                        if save.plan.is_best_effort {
                            return Ok(LoopOutcome::WrittenByOthers);
                        }
                    }
                    None => return Ok(LoopOutcome::Ended(seen.key.clone())),
                },
                (WriteOutcome::Taken, _) if matches!(under, TargetId::Given(_)) => {
                    return Ok(LoopOutcome::Taken);
                }
                _ => {}
            }
        }
        if let Some(seen) = &seen {
            note(Event::GaveUp, &seen.key);
        }
        Err(Error::gave_up())
    }

    /// Prepares the next write.
    fn attempt(
        &self,
        save: Saving<'_>,
        seen: Option<&StoredAt>,
        under: &TargetId,
        is_presented: bool,
    ) -> Result<Attempt, Error> {
        let new_id = match under {
            TargetId::Same => None,
            TargetId::New => Some(self.ids.generate(&self.setup.random, seen.map(|seen| &seen.id))?),
            TargetId::Given(id) => Some(id.clone()),
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

    /// The entry that replaces a session with nothing left to store.
    fn removal(&self, key: &StoreKey, now: UnixTime) -> Result<Entry, Error> {
        Ok(self.tombstone(key, None, now)?.unwrap_or_else(|| Entry::expired(now)))
    }

    /// After a concurrent write: applies our changes to what it stored. `None`: it ended the session, or gave it to another owner.
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
    /// `None`: nothing is stored, and nothing has to be.
    fn write<'a>(&'a self, seen: Option<&'a StoredAt>) -> Option<Write<'a>> {
        Some(match (seen, &self.draft, &self.new_key) {
            (None, Some(draft), Some(key)) => Write::create(key, &draft.entry),
            (Some(seen), Some(draft), None) => Write::swap(&seen.key, &seen.revision, &draft.entry),
            (Some(seen), Some(draft), Some(key)) => {
                Write::rename(&seen.key, key, &seen.revision, &draft.entry, self.left.as_ref())
            }
            (Some(seen), None, _) => Write::swap(&seen.key, &seen.revision, self.left.as_ref()?),
            (None, ..) => return None,
        })
    }

    fn done(self, seen: &mut Option<StoredAt>, revision: Revision) -> LoopOutcome {
        let place = self.new_id.zip(self.new_key).or_else(|| seen.take().map(|seen| (seen.id, seen.key)));
        match (self.draft, place) {
            (Some(draft), Some((id, key))) => {
                LoopOutcome::Stored(Unsettled { stored_at: StoredAt { id, key, revision }, draft })
            }
            _ => LoopOutcome::Removed,
        }
    }
}

impl Unsettled {
    /// Notes in the session where it is stored, and that its changes are stored.
    pub(super) fn settle(self, session: &Session) -> Commit {
        session.lock().settle(Some(self.stored_at), Some(self.draft.times));
        Commit::Stored
    }
}

/// The session now also contains what was stored with this revision. If this save fails, the next one starts from there.
fn update(seen: &mut StoredAt, session: &Session, revision: Revision) {
    seen.revision = revision;
    if let Some(stored_at) = &mut session.lock().origin.stored_at
        && stored_at.id == seen.id
    {
        stored_at.revision.clone_from(&seen.revision);
    }
}

/// Applies this request's changes to what another one stored. Returns `false` if that has a different owner.
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

/// A login sets the owner or none; a rotated id keeps the owner.
fn successor(session: &Session, key: &StoreKey) -> Successor {
    let state = session.lock();
    let owner = if state.new_id() == Some(NewId::Begin) { state.new_owner() } else { state.owner() };
    Successor { key: key.clone(), owner }
}
