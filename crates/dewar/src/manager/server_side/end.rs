//! The end of a session, by the program's will.

use super::keeper::ServerSideKeeper;
use super::open::note_unreadable;
use super::records::{Found, Successor};
use super::write::{Commit, TURNS};
use crate::clock::UnixTime;
use crate::manager::Error;
use crate::manager::observe::{Event, note};
use crate::session::Session;
use crate::store::{Entry, Revision, StoreError, StoreErrorKind, StoreKey};
use dewar_core::old::OldCalls as _;
use dewar_core::old::Swapped;

/// What stays under the id of a session that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    /// A tombstone: the client was told to forget its cookie, and who comes with it yet is too late.
    Tombstone,
    /// Nothing: the client holds its cookie still, and must be able to begin anew at once.
    Nothing,
}

impl ServerSideKeeper {
    /// Ends whatever the client's ids lead to. A session whose id had ended already stays what it is to this request.
    pub(super) async fn end(&self, session: &Session, now: UnixTime) -> Result<Commit, Error> {
        session.lock().begin_write();
        self.end_what_is_known(session, now).await?;
        let mut state = session.lock();
        if state.origin.ended_id.is_none() {
            state.settle(None, None);
        }
        Ok(Commit::Removed)
    }

    /// Ends the session that the client's id leads to, or the record that cannot be read, and those of its other ids.
    pub(super) async fn end_what_is_known(&self, session: &Session, now: UnixTime) -> Result<(), Error> {
        let (id, seen) = {
            let origin = &session.lock().origin;
            let kept = origin.kept.as_ref().or(origin.unreadable.as_ref());
            (origin.id().cloned(), kept.map(|kept| kept.revision.clone()))
        };
        if let Some(id) = id {
            self.end_from(self.ids.key(&id), seen, Trace::Tombstone, now).await?;
        }
        self.end_others(session, now).await
    }

    /// The client would go on with the next of its cookies.
    async fn end_others(&self, session: &Session, now: UnixTime) -> Result<(), Error> {
        let others = session.lock().origin.others.clone();
        for id in others {
            self.end_from(self.ids.key(&id), None, Trace::Tombstone, now).await?;
        }
        Ok(())
    }

    /// What stays under the id of a session that ended or has a new one; Flask-Session's records leave nothing.
    pub(super) fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&Successor>,
        now: UnixTime,
    ) -> Result<Option<Entry>, Error> {
        Ok(self.records.tombstone(key, successor, now, self.write_number()?))
    }

    /// Ends it where it is: a request that was faster may have given it a new id. Without tombstones that cannot be known. Tells whether
    /// there was something to end.
    pub(super) async fn end_from(
        &self,
        mut key: StoreKey,
        mut seen: Option<Revision>,
        trace: Trace,
        now: UnixTime,
    ) -> Result<bool, Error> {
        let store = &self.settings.store;
        let mut lost_answers = 0;
        for _ in 0..TURNS {
            let Some(tombstone) = self.tombstone(&key, None, now)? else {
                return Ok(self.remove(&key, None, now).await?);
            };
            let theirs = match seen.take() {
                Some(seen) => match self.bury(&key, &seen, &tombstone, trace, now).await {
                    Ok(Swapped::Swapped(_)) => return Ok(true),
                    Ok(Swapped::Changed(theirs)) => Some(theirs),
                    Ok(Swapped::Gone) => None,
                    // Whether it is buried is not known. To bury it twice does no harm, so it is looked at once more.
                    Err(error) if error.kind() == StoreErrorKind::NoAnswer && lost_answers == 0 => {
                        lost_answers += 1;
                        store.load(&key, None, now).await?
                    }
                    Err(error) => return Err(error.into()),
                },
                None => store.load(&key, None, now).await?,
            };
            let Some(theirs) = theirs else { return Ok(false) };
            match self.records.read(&key, &theirs, &self.settings.lifetime, now) {
                Found::Session { .. } => seen = Some(theirs.revision),
                Found::Tombstone { successor: Some(successor), .. } => key = successor.key,
                Found::Tombstone { successor: None, .. } | Found::Over => return Ok(false),
                Found::Unreadable(why) => {
                    note_unreadable(&why, &key);
                    let tombstone = Some(&tombstone).filter(|_| trace == Trace::Tombstone);
                    return Ok(self.remove(&key, tombstone, now).await?);
                }
            }
        }
        note(Event::GaveUp, &key);
        Err(Error::gave_up())
    }

    /// Puts the tombstone, or nothing, in the place of what was seen.
    async fn bury(
        &self,
        key: &StoreKey,
        seen: &Revision,
        tombstone: &Entry,
        trace: Trace,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let store = &self.settings.store;
        if trace == Trace::Nothing {
            return store.swap(key, seen, &Entry::expired(now), now).await;
        }
        match store.swap(key, seen, tombstone, now).await {
            Err(error) if error.kind() == StoreErrorKind::Refused => {
                let was_there = self.remove(key, Some(tombstone), now).await?;
                Ok(if was_there { Swapped::Swapped(seen.clone()) } else { Swapped::Gone })
            }
            answer => answer,
        }
    }

    /// There may be no room for a tombstone; to be removed an entry needs none.
    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let store = &self.settings.store;
        match store.remove(key, tombstone, now).await {
            Err(error) if error.kind() == StoreErrorKind::Refused && tombstone.is_some() => {
                store.remove(key, None, now).await
            }
            answer => answer,
        }
    }
}
