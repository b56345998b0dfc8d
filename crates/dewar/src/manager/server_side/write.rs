//! The commit: what is written is what the store holds now, with this request's changes done to it.

use super::keeper::ServerSideKeeper;
use super::open::note_unreadable;
use super::records::{Contents, Found, Successor};
use crate::clock::UnixTime;
use crate::lifetime::Times;
use crate::manager::Error;
use crate::manager::observe::{Event, note};
use crate::manager::plan::{Outcome, Plan};
use crate::session::{Kept, NewId, Session, SessionId, State};
use crate::store::{Entry, Revision, StoreKey, Stored};
use dewar_core::old::{Created, OldCalls as _, Renamed, Swapped};

/// How often others may be faster before a request gives up. Of any number of requests that write at once one is through at each
/// turn, so that this many at once never see it.
pub(super) const TURNS: usize = 64;

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

impl Commit {
    pub(super) fn outcome(&self, moves_end: bool) -> Outcome {
        match self {
            Self::Stored | Self::StoredBeside(_) => Outcome::Stored { moves_end },
            Self::Removed => Outcome::Removed,
            Self::EndedMeanwhile => Outcome::EndedMeanwhile,
        }
    }
}

/// A write on its way: the bytes, and what the session will be once they are kept.
pub(super) struct Draft {
    pub(super) entry: Entry,
    times: Times,
    pub(super) is_removal: bool,
}

/// A session that the store keeps, and that does not know it yet.
pub(super) struct Unsettled {
    pub(super) kept: Kept,
    pub(super) draft: Draft,
}

impl ServerSideKeeper {
    pub(super) async fn create(&self, session: &Session, plan: Plan, now: UnixTime) -> Result<Commit, Error> {
        let becomes = becomes(&session.lock());
        if let Some(id) = becomes {
            return self.take_over(session, id, plan, now).await;
        }
        match self.create_unsettled(session, now).await? {
            Some(unsettled) => unsettled.settle(session),
            None => return Ok(removed(session)),
        }
        Ok(Commit::Stored)
    }

    /// `None`: there is nothing to keep.
    pub(super) async fn create_unsettled(
        &self,
        session: &Session,
        now: UnixTime,
    ) -> Result<Option<Unsettled>, Error> {
        for _ in 0..TURNS {
            let id = self.ids.generate(&self.settings.random, None)?;
            let key = self.ids.key(&id);
            let draft = self.draft(&mut session.lock(), &key, false, now)?;
            if draft.is_removal {
                return Ok(None);
            }
            if let Created::Created(revision) = self.settings.store.create(&key, &draft.entry, now).await? {
                return Ok(Some(Unsettled { kept: Kept { id, revision }, draft }));
            }
        }
        Err(Error::gave_up())
    }

    /// Swaps until nobody is faster. A session that was emptied is removed by the same rule: only if nobody else put something in.
    pub(super) async fn update(&self, session: &Session, plan: Plan, now: UnixTime) -> Result<Commit, Error> {
        let Some((id, mut seen)) = kept(session) else { return Ok(Commit::EndedMeanwhile) };
        let key = self.ids.key(&id);
        for _ in 0..TURNS {
            let draft = self.draft(&mut session.lock(), &key, true, now)?;
            match self.settings.store.swap(&key, &seen, &draft.entry, now).await? {
                Swapped::Swapped(_) if draft.is_removal => return Ok(removed(session)),
                Swapped::Swapped(revision) => {
                    Unsettled { kept: Kept { id, revision }, draft }.settle(session);
                    return Ok(Commit::Stored);
                }
                Swapped::Changed(theirs) => match self.rebase(session, &key, theirs, now)? {
                    Some(revision) => seen = revision,
                    None => return self.drop_changes(&key, plan, now).await,
                },
                Swapped::Gone => return self.drop_changes(&key, plan, now).await,
            }
        }
        note(Event::GaveUp, &key);
        Err(Error::gave_up())
    }

    /// The same under a new id; the old one leads nowhere from then on.
    pub(super) async fn rename(
        &self,
        session: &Session,
        plan: Plan,
        begins: bool,
        goes_on: bool,
        now: UnixTime,
    ) -> Result<Commit, Error> {
        let Some((old_id, mut seen)) = kept(session) else { return Ok(Commit::EndedMeanwhile) };
        let old = self.ids.key(&old_id);
        if !goes_on && self.is_full_for(session, now).await? {
            return Ok(ended(&old));
        }
        for _ in 0..TURNS {
            let id = self.ids.generate(&self.settings.random, Some(&old_id))?;
            let key = self.ids.key(&id);
            let draft = self.draft(&mut session.lock(), &key, goes_on, now)?;
            if draft.is_removal {
                return self.update(session, plan, now).await;
            }
            let tombstone = self.tombstone(&old, Some(&successor(session, &key)), now)?;
            let store = &self.settings.store;
            match store.rename(&old, &key, &seen, &draft.entry, tombstone.as_ref(), now).await? {
                Renamed::Renamed(revision) => {
                    Unsettled { kept: Kept { id, revision }, draft }.settle(session);
                    return Ok(Commit::Stored);
                }
                Renamed::Changed(theirs) => match self.rebase(session, &old, theirs, now)? {
                    Some(revision) => seen = revision,
                    None => return self.overtaken(session, &old, plan, begins, now).await,
                },
                Renamed::Gone => return self.overtaken(session, &old, plan, begins, now).await,
                Renamed::AlreadyThere => {}
            }
        }
        note(Event::GaveUp, &old);
        Err(Error::gave_up())
    }

    /// Somebody was faster: does our changes to theirs. `None`: theirs is the end of the session.
    pub(super) fn rebase(
        &self,
        session: &Session,
        key: &StoreKey,
        theirs: Stored,
        now: UnixTime,
    ) -> Result<Option<Revision>, Error> {
        match self.records.read(key, &theirs, &self.settings.lifetime, now) {
            Found::Session { present, .. } => {
                note(Event::Merged, key);
                session.rebase(present).map_err(Error::cannot_merge)?;
                if let Some(kept) = &mut session.lock().origin.kept {
                    kept.revision = theirs.revision.clone();
                }
                Ok(Some(theirs.revision))
            }
            Found::Tombstone { .. } | Found::Over => Ok(None),
            Found::Unreadable(why) => {
                note_unreadable(&why, key);
                Err(Error::unreadable())
            }
        }
    }

    /// What is to be written now; for a session that has nothing left, its end. `is_presented`: the client came with the id.
    pub(super) fn draft(
        &self,
        state: &mut State,
        key: &StoreKey,
        is_presented: bool,
        now: UnixTime,
    ) -> Result<Draft, Error> {
        let created = state.origin.times.map_or(now, |times| times.created);
        let times = Times { created, refreshed: now };
        let has_updates = state.begin_write().has_updates();
        if state.is_blank() {
            let entry = self.tombstone(key, None, now)?.unwrap_or_else(|| Entry::expired(now));
            return Ok(Draft { entry, times, is_removal: true });
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
            // What is set is set, however often; what is computed from what was there must be done once.
            is_unique: self.rules.has_unique_writes || !has_updates,
        };
        Ok(Draft { entry, times, is_removal: false })
    }

    /// So that a write whose answer was lost can be told from every other.
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

/// The id that a session of a former manager gets here; a login gives it one that nobody can know.
fn becomes(state: &State) -> Option<SessionId> {
    let becomes = state.origin.former.as_ref()?.becomes.clone();
    becomes.filter(|_| state.new_id() != Some(NewId::Begin))
}

fn kept(session: &Session) -> Option<(SessionId, Revision)> {
    session.lock().origin.kept.clone().map(|kept| (kept.id, kept.revision))
}

impl Unsettled {
    /// The session knows from now on where it is kept, and that its changes are.
    pub(super) fn settle(self, session: &Session) {
        session.lock().settle(Some(self.kept), Some(self.draft.times));
    }
}

pub(super) fn removed(session: &Session) -> Commit {
    session.lock().settle(None, None);
    Commit::Removed
}

/// It had ended: what this request changed is dropped, and said to be.
pub(super) fn ended(key: &StoreKey) -> Commit {
    note(Event::RevivalRefused, key);
    Commit::EndedMeanwhile
}
