//! The end of a session, by the program's will.

use super::keeper::{ServerSideKeeper, note_unreadable};
use super::records::Found;
use super::write::{TURNS, Written};
use crate::clock::UnixTime;
use crate::manager::Error;
use crate::session::Session;
use crate::store::{Entry, Revision, StoreError, StoreErrorKind, StoreKey, Swapped};

/// What stays under the id of a session that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    /// A tombstone: the client was told to forget its cookie, and who comes with it yet is too late.
    Tombstone,
    /// Nothing: the client holds its cookie still, and must be able to begin anew at once.
    Nothing,
}

impl ServerSideKeeper {
    /// Removes it, whatever it holds by now, wherever it is. If the store fails, the client is told to forget its cookie all the same.
    pub(super) async fn end(&self, session: &Session, now: UnixTime) -> Result<Written, Error> {
        session.lock().begin_write();
        let Some(kept) = session.lock().origin.kept.clone() else { return Ok(Written::Removed) };
        let key = self.ids.key(&kept.id);
        let ended = self.end_from(key, Some(kept.revision), Trace::Tombstone, now).await;
        ended.map_err(|error| error.with_removal(self.cookie.remove()))?;
        session.lock().settle(None, None);
        Ok(Written::Removed)
    }

    /// A logout that came with an old id is a logout: the session ends under the id that it has by now.
    pub(super) async fn end_successor(&self, session: &Session, now: UnixTime) -> Result<Written, Error> {
        let late = session.lock().origin.came_too_late.clone();
        if let Some(id) = late {
            self.end_from(self.ids.key(&id), None, Trace::Tombstone, now).await?;
        }
        Ok(Written::Removed)
    }

    /// What stays under the id of a session that ended or has a new one; Flask-Session's records leave nothing.
    pub(super) fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&StoreKey>,
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
        for _ in 0..TURNS {
            let Some(tombstone) = self.tombstone(&key, None, now)? else { break };
            let theirs = match seen.take() {
                Some(seen) => match self.bury(&key, &seen, &tombstone, trace, now).await? {
                    Swapped::Swapped(_) => return Ok(true),
                    Swapped::Changed(theirs) => Some(theirs),
                    Swapped::Gone => None,
                },
                None => store.load(&key, None, now).await?,
            };
            let Some(theirs) = theirs else { return Ok(false) };
            match self.records.read(&key, &theirs, &self.settings.lifetime, now) {
                Found::Session { .. } => seen = Some(theirs.revision),
                Found::Tombstone { successor: Some(successor) } => key = successor,
                Found::Tombstone { successor: None } | Found::Over => return Ok(false),
                Found::Unreadable(why) => {
                    note_unreadable(why, &key);
                    break;
                }
            }
        }
        let tombstone = if trace == Trace::Tombstone { self.tombstone(&key, None, now)? } else { None };
        Ok(store.remove(&key, tombstone.as_ref(), now).await?)
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
            return store.swap(key, seen, &Entry::over(now), now).await;
        }
        match store.swap(key, seen, tombstone, now).await {
            // There may be no room for a tombstone; to be removed it needs none.
            Err(error) if error.kind() == StoreErrorKind::Refused => {
                let was_there = store.remove(key, Some(tombstone), now).await?;
                Ok(if was_there { Swapped::Swapped(seen.clone()) } else { Swapped::Gone })
            }
            answer => answer,
        }
    }
}
