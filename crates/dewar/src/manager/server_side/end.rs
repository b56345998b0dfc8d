//! The end of a session, by the program's will.

use super::keeper::ServerSideKeeper;
use super::write::Written;
use crate::clock::UnixTime;
use crate::manager::Error;
use crate::session::Session;
use crate::store::{Entry, StoreKey};

impl ServerSideKeeper {
    /// Removes it, whatever it holds by now. If the store fails, the client is told to forget its cookie all the same.
    pub(super) async fn end(&self, session: &Session, now: UnixTime) -> Result<Written, Error> {
        let Some(kept) = session.lock().origin.kept.clone() else { return Ok(Written::Removed) };
        let key = self.ids.key(&kept.id);
        self.remove(&key, now).await.map_err(|error| error.with_removal(self.cookie.remove()))?;
        let changes = session.lock().changes.count();
        session.lock().settle(None, None, changes);
        Ok(Written::Removed)
    }

    /// Whether there was something to remove.
    pub(super) async fn remove(&self, key: &StoreKey, now: UnixTime) -> Result<bool, Error> {
        let tombstone = self.tombstone(key, now)?;
        Ok(self.settings.store.remove(key, tombstone.as_ref(), now).await?)
    }

    /// What stays under the id of a session that ended or has a new one; Flask-Session's records leave nothing.
    pub(super) fn tombstone(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Entry>, Error> {
        Ok(self.records.tombstone(key, now, self.write_number()?))
    }
}
