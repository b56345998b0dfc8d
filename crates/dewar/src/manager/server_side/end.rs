//! The end of a session, by the program's will.

use super::keeper::{ServerSideKeeper, note_unreadable};
use super::records::Found;
use super::write::{TURNS, Written};
use crate::clock::UnixTime;
use crate::manager::Error;
use crate::session::Session;
use crate::store::{Entry, Revision, StoreError, StoreErrorKind, StoreKey, Stored, Swapped};

impl ServerSideKeeper {
    /// Removes it, whatever it holds by now, wherever it is. If the store fails, the client is told to forget its cookie all the same.
    pub(super) async fn end(&self, session: &Session, now: UnixTime) -> Result<Written, Error> {
        let Some(kept) = session.lock().origin.kept.clone() else { return Ok(Written::Removed) };
        let ended = self.end_from(self.ids.key(&kept.id), Some(kept.revision), now).await;
        ended.map_err(|error| error.with_removal(self.cookie.remove()))?;
        let changes = session.lock().changes.count();
        session.lock().settle(None, None, changes);
        Ok(Written::Removed)
    }

    /// A logout that came with an old id is a logout: the session ends under the id that it has by now.
    pub(super) async fn end_successor(&self, session: &Session, now: UnixTime) -> Result<Written, Error> {
        let late = session.lock().origin.came_too_late.clone();
        if let Some(id) = late {
            self.end_from(self.ids.key(&id), None, now).await?;
        }
        Ok(Written::Removed)
    }

    /// Whether there was something to remove.
    pub(super) async fn remove(&self, key: &StoreKey, now: UnixTime) -> Result<bool, Error> {
        let tombstone = self.tombstone(key, None, now)?;
        Ok(self.settings.store.remove(key, tombstone.as_ref(), now).await?)
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

    /// Ends it where it is: a request that was faster may have given it a new id. Without tombstones that cannot be known.
    pub(super) async fn end_from(
        &self,
        mut key: StoreKey,
        mut seen: Option<Revision>,
        now: UnixTime,
    ) -> Result<(), Error> {
        for _ in 0..TURNS {
            let Some(tombstone) = self.tombstone(&key, None, now)? else { break };
            let theirs = match seen.take() {
                Some(seen) => self.bury(&key, &seen, &tombstone, now).await?,
                None => self.settings.store.load(&key, None, now).await?,
            };
            let Some(theirs) = theirs else { return Ok(()) };
            match self.records.read(&key, &theirs, &self.settings.lifetime, now) {
                Found::Session { .. } => seen = Some(theirs.revision),
                Found::Tombstone { successor: Some(successor) } => key = successor,
                Found::Tombstone { successor: None } | Found::Over => return Ok(()),
                Found::Unreadable(why) => {
                    note_unreadable(why, &key);
                    break;
                }
            }
        }
        self.remove(&key, now).await.map(drop)
    }

    /// Puts the tombstone in its place; gives what is there instead if that is not what was seen.
    async fn bury(
        &self,
        key: &StoreKey,
        seen: &Revision,
        tombstone: &Entry,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let store = &self.settings.store;
        match store.swap(key, seen, tombstone, now).await {
            Ok(Swapped::Swapped(_) | Swapped::Gone) => Ok(None),
            Ok(Swapped::Changed(theirs)) => Ok(Some(theirs)),
            // There may be no room for a tombstone; to be removed it needs none.
            Err(error) if error.kind() == StoreErrorKind::Refused => {
                store.remove(key, Some(tombstone), now).await.map(|_| None)
            }
            Err(error) => Err(error),
        }
    }
}
