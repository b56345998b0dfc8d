//! The commit: what is written is what the store holds now, with this request's changes made to it.

use super::keeper::ServerSideKeeper;
use super::open::note_unreadable;
use super::records::{Contents, Found, Successor};
use crate::clock::UnixTime;
use crate::lifetime::Times;
use crate::manager::Error;
use crate::manager::observe::{Event, note};
use crate::manager::plan::{Outcome, Plan, StoreStep};
use crate::session::{Kept, NewId, Session, SessionId, State};
use crate::store::{Entry, Revision, StoreKey, Stored, Write, Written};

/// How often other writes may come first before a request gives up. Of all requests that write at the same time one succeeds at each
/// turn, so that this many at the same time never see it.
pub(super) const TURNS: usize = 64;

/// A session that is being saved.
#[derive(Clone, Copy)]
pub(super) struct Saving<'s> {
    pub(super) session: &'s Session,
    pub(super) plan: Plan,
    pub(super) now: UnixTime,
}

/// What became of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Commit {
    Stored,
    /// It is stored beside another one of the same owner, because a login was repeated.
    StoredBeside(StoreKey),
    /// This request removed it.
    Removed,
    /// It had ended, or got a new id, before this request was done: nothing was stored.
    EndedMeanwhile,
}

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

/// An entry to write, and what the session will be once it is stored.
pub(super) struct Draft {
    entry: Entry,
    times: Times,
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

impl ServerSideKeeper {
    /// Does the plan's store step.
    pub(super) async fn commit(&self, save: Saving<'_>) -> Result<Commit, Error> {
        let commit = match save.plan.store {
            StoreStep::Create => self.create(save).await?,
            StoreStep::Begin => self.begin(save).await?,
            StoreStep::Rename { goes_on, .. } => {
                if !goes_on && let Some(full) = self.refuse_if_full(save).await? {
                    return Ok(full);
                }
                self.replace(save, Under::NewId, goes_on).await?
            }
            StoreStep::Update => self.replace(save, Under::SameId, true).await?,
            StoreStep::End => self.end(save).await?,
            StoreStep::Leave | StoreStep::Drop | StoreStep::Stamp => Commit::Stored,
        };
        Ok(match commit {
            Commit::Stored => self.admit_if_possible(save, None).await,
            Commit::StoredBeside(other) => self.admit_if_possible(save, Some(other)).await,
            commit => commit,
        })
    }

    async fn create(&self, save: Saving<'_>) -> Result<Commit, Error> {
        if save.plan.is_final {
            self.end_what_is_known(save).await?;
        }
        let computed_id = computed_id(&save.session.lock());
        match computed_id {
            Some(id) => self.take_over(save, id).await,
            None => self.create_new(save).await,
        }
    }

    pub(super) async fn create_new(&self, save: Saving<'_>) -> Result<Commit, Error> {
        match self.write(save, None, Under::NewId, false).await? {
            Done::Stored(unsettled) => Ok(unsettled.settle(save.session)),
            _ => Ok(removed(save.session)),
        }
    }

    /// Writes over what was seen. If that has ended, a login begins another session; everything else is dropped.
    pub(super) async fn replace(
        &self,
        save: Saving<'_>,
        under: Under,
        is_presented: bool,
    ) -> Result<Commit, Error> {
        let seen = save.session.lock().origin.kept.clone();
        let Some(seen) = seen else { return Ok(Commit::EndedMeanwhile) };
        match self.write(save, Some(seen), under, is_presented).await? {
            Done::Stored(unsettled) => Ok(unsettled.settle(save.session)),
            Done::Removed | Done::Taken => Ok(removed(save.session)),
            Done::Ended(key) if matches!(save.plan.store, StoreStep::Rename { begins: true, .. }) => {
                self.begin_after(save, &key).await
            }
            Done::Ended(key) => self.drop_changes(save, &key).await,
        }
    }

    /// The loop of every commit: tries until no other write comes first. What was seen is replaced, under the same id or another one, or
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
            match (self.settings.store.write(write, save.now).await?, &mut seen) {
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
            Under::NewId => Some(self.ids.generate(&self.settings.random, seen.map(|seen| &seen.kept.id))?),
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
        match self.records.read(key, &theirs, &self.settings.lifetime, save.now) {
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

    /// What is to be written now; `None` if nothing is left to store. `is_presented`: a client has sent the id.
    fn draft(
        &self,
        state: &mut State,
        key: &StoreKey,
        is_presented: bool,
        now: UnixTime,
    ) -> Result<Option<Draft>, Error> {
        let created = state.origin.times.map_or(now, |times| times.created);
        let times = Times { created, refreshed: now };
        let has_updates = state.begin_write().has_updates();
        if state.is_blank() {
            return Ok(None);
        }
        let owner = state.owner();
        let contents = Contents {
            data: state.data(),
            is_permanent: state.is_permanent(),
            times,
            owner: owner.as_ref(),
            device: state.device(),
            is_presented,
        };
        let payload = self.records.write(key, &contents, self.write_number()?)?;
        if payload.len() > self.settings.largest_record {
            return Err(Error::record_too_large(payload.len(), self.settings.largest_record, state.data()));
        }
        let entry = Entry {
            payload,
            expires: self.settings.lifetime.ends(times),
            owner: owner.map(|owner| self.ids.namespace().owner(&owner.to_str_lossy())),
            // To set a value twice is to set it once; what is computed from the stored value must be computed once.
            is_unique: self.rules.has_unique_writes || !has_updates,
        };
        Ok(Some(Draft { entry, times }))
    }

    /// Tells a write whose answer was lost from all others.
    pub(super) fn write_number(&self) -> Result<u64, Error> {
        if !self.rules.has_unique_writes {
            return Ok(0);
        }
        Ok(u64::from_be_bytes(self.settings.random.bytes()?))
    }
}

/// A login says whose the session is, or nothing; a new id now and then leaves it whose it was.
fn successor(session: &Session, key: &StoreKey) -> Successor {
    let state = session.lock();
    let owner = if state.new_id() == Some(NewId::Begin) { state.new_owner() } else { state.owner() };
    Successor { key: key.clone(), owner }
}

/// The id that a session of a former manager gets here; a login gives it one that cannot be computed.
fn computed_id(state: &State) -> Option<SessionId> {
    let becomes = state.origin.former.as_ref()?.becomes.clone();
    becomes.filter(|_| state.new_id() != Some(NewId::Begin))
}

impl Commit {
    /// `moves_end`: the end of the client's cookie moves, or goes.
    pub(super) fn outcome(&self, moves_end: bool) -> Outcome {
        match self {
            Self::Stored | Self::StoredBeside(_) => Outcome::Stored { moves_end },
            Self::Removed => Outcome::Removed,
            Self::EndedMeanwhile => Outcome::EndedMeanwhile,
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

pub(super) fn removed(session: &Session) -> Commit {
    session.lock().settle(None, None);
    Commit::Removed
}

/// It had ended: what this request changed is dropped, with an event.
pub(super) fn ended(key: &StoreKey) -> Commit {
    note(Event::RevivalRefused, key);
    Commit::EndedMeanwhile
}
