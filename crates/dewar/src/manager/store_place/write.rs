//! The loop of every commit: what is written is what the store holds now, with this request's changes made to it.

use super::StorePlace;
use super::commit::{Commit, Saving};
use super::open::note_unreadable;
use super::records::{Draft, Found, Successor};
use crate::manager::error::Error;
use crate::manager::observe::{Event, note};
use crate::session::{Kept, NewId, Session, SessionId};
use crate::store::{Entry, Revision, StoreKey, Stored, Write, Written};

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
    /// The id that was given is in use.
    Taken,
}

/// A session that is stored, and does not know it yet.
pub(super) struct Unsettled {
    pub(super) kept: Kept,
    draft: Draft,
}

/// What the store holds as far as this request has seen.
struct Seen {
    key: StoreKey,
    kept: Kept,
}

impl StorePlace {
    /// Tries until no other write comes first. What was seen is replaced, under the same id or another one, or
    /// removed if nothing is left to store; without it, the session is created.
    pub(super) async fn write(
        &self,
        save: Saving<'_>,
        seen: Option<Kept>,
        under: Under,
        is_presented: bool,
    ) -> Result<Done, Error> {
        let mut seen = seen.map(|kept| Seen { key: self.ids.key(&kept.id), kept });
        for _ in 0..TURNS {
            let new_id = self.new_id(&under, seen.as_ref())?;
            let new_key = new_id.as_ref().map(|id| self.ids.key(id));
            let Some(key) = new_key.as_ref().or(seen.as_ref().map(|seen| &seen.key)) else { break };
            let draft = self.draft(&mut save.session.lock(), key, is_presented, save.now)?;
            let left = self.left_behind(save, seen.as_ref(), draft.as_ref().map(|_| new_key.as_ref()))?;
            let write = match (&seen, &draft, &new_key, &left) {
                (None, None, ..) => return Ok(Done::Removed),
                (None, Some(draft), ..) => Write::create(key, &draft.entry),
                (Some(seen), Some(draft), None, _) => seen.swap(&draft.entry),
                (Some(seen), Some(draft), Some(new_key), left) => {
                    seen.rename(new_key, &draft.entry, left.as_ref())
                }
                (Some(seen), None, _, Some(left)) => seen.swap(left),
                (Some(_), None, _, None) => break,
            };
            match (self.store.write(write, save.now).await?, &mut seen) {
                (Written::Saved(revision), _) => return Ok(Done::from_draft(draft, new_id, seen, revision)),
                (Written::Changed(theirs), Some(seen)) => match self.rebase(save, &seen.key, theirs)? {
                    Some(revision) => seen.update(save.session, revision),
                    None => return Ok(Done::Ended(seen.key.clone())),
                },
                (Written::Gone | Written::Removed, Some(seen)) => return Ok(Done::Ended(seen.key.clone())),
                (Written::Taken, _) if matches!(under, Under::Id(_)) => return Ok(Done::Taken),
                _ => {}
            }
        }
        if let Some(seen) = &seen {
            note(Event::GaveUp, &seen.key);
        }
        Err(Error::gave_up())
    }

    fn new_id(&self, under: &Under, seen: Option<&Seen>) -> Result<Option<SessionId>, Error> {
        Ok(match under {
            Under::SameId => None,
            Under::NewId => Some(self.ids.generate(&self.setup.random, seen.map(|seen| &seen.kept.id))?),
            Under::Id(id) => Some(id.clone()),
        })
    }

    /// What stays under the old key: of a session with a new key its tombstone, of one with nothing left to store (`None`) what ends it.
    fn left_behind(
        &self,
        save: Saving<'_>,
        seen: Option<&Seen>,
        stored: Option<Option<&StoreKey>>,
    ) -> Result<Option<Entry>, Error> {
        Ok(match (seen, stored) {
            (Some(seen), Some(Some(new_key))) => {
                self.tombstone(&seen.key, Some(&successor(save.session, new_key)), save.now)?
            }
            (Some(seen), None) => {
                let tombstone = self.tombstone(&seen.key, None, save.now)?;
                Some(tombstone.unwrap_or_else(|| Entry::expired(save.now)))
            }
            _ => None,
        })
    }

    /// Another write came first: makes our changes to what it stored. `None`: it ended the session.
    pub(super) fn rebase(
        &self,
        save: Saving<'_>,
        key: &StoreKey,
        theirs: Stored,
    ) -> Result<Option<Revision>, Error> {
        match self.records.read(key, &theirs, &self.setup.lifetime, save.now) {
            Found::Session { present, .. } => {
                note(Event::Merged, key);
                save.session.rebase(present).map_err(Error::cannot_merge)?;
                Ok(Some(theirs.revision))
            }
            Found::Tombstone { .. } | Found::Over => Ok(None),
            Found::Unreadable(why) => {
                note_unreadable(&why, key);
                Err(Error::unreadable())
            }
        }
    }
}

impl Done {
    fn from_draft(
        draft: Option<Draft>,
        new_id: Option<SessionId>,
        seen: Option<Seen>,
        revision: Revision,
    ) -> Self {
        match (draft, new_id.or(seen.map(|seen| seen.kept.id))) {
            (Some(draft), Some(id)) => Self::Stored(Unsettled { kept: Kept { id, revision }, draft }),
            _ => Self::Removed,
        }
    }
}

impl Seen {
    fn swap<'s>(&'s self, entry: &'s Entry) -> Write<'s> {
        Write::swap(&self.key, &self.kept.revision, entry)
    }

    fn rename<'s>(&'s self, key: &'s StoreKey, entry: &'s Entry, tombstone: Option<&'s Entry>) -> Write<'s> {
        Write::rename(&self.key, key, &self.kept.revision, entry, tombstone)
    }

    /// The session holds by now what was stored with this revision, too: if this save fails, the next one begins there.
    fn update(&mut self, session: &Session, revision: Revision) {
        self.kept.revision = revision;
        if let Some(kept) = &mut session.lock().origin.kept
            && kept.id == self.kept.id
        {
            kept.revision.clone_from(&self.kept.revision);
        }
    }
}

impl Unsettled {
    /// From now on the session knows where it is stored, and that its changes are.
    pub(super) fn settle(self, session: &Session) -> Commit {
        session.lock().settle(Some(self.kept), Some(self.draft.times));
        Commit::Stored
    }
}

/// A login says whose the session is, or nothing; a new id now and then leaves it whose it was.
fn successor(session: &Session, key: &StoreKey) -> Successor {
    let state = session.lock();
    let owner = if state.new_id() == Some(NewId::Begin) { state.new_owner() } else { state.owner() };
    Successor { key: key.clone(), owner }
}
