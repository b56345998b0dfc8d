//! A session that a [copy](crate::admin::Copier) moved into the store under its old id, while a request was migrating it.
//!
//! The request has stored the session under the id that is computed from its old cookie, and finds that it has ended at the previous place. It
//! withdraws what it stored, and makes its changes again, to the copy.

use super::StorePlace;
use super::records::Found;
use super::write::merge;
use crate::manager::error::Error;
use crate::session::{Session, SessionId, StoredAt, StoredSession};
use crate::store::{Entry, Write, WriteOutcome};

/// A session under the id that it had in a previous store.
pub(in crate::manager) struct CopiedSession {
    present: StoredSession,
    stored_at: StoredAt,
}

impl StorePlace {
    /// The session under the id that it had in a previous store. `None`: no copy has moved it here, or it has ended since.
    pub(in crate::manager) async fn copied(&self, id: &SessionId) -> Result<Option<CopiedSession>, Error> {
        let (key, now) = (self.ids.key(id), self.setup.now());
        let Some(stored) = self.load(&key, now).await? else { return Ok(None) };
        let found = self.records.read(&key, &stored, &self.setup.lifetimes, now);
        let Found::Session { present, .. } = found else { return Ok(None) };
        let stored_at = StoredAt { id: id.clone(), key, revision: stored.revision };
        Ok(Some(CopiedSession { present, stored_at }))
    }

    /// Removes what the last save of this session stored. There is no tombstone, so that a parallel request finds the copy as well.
    /// Returns `false` if another request has changed it since.
    pub(in crate::manager) async fn withdraw(&self, session: &Session) -> Result<bool, Error> {
        let stored_at = session.lock().origin.stored_at.clone();
        let Some(StoredAt { key, revision, .. }) = stored_at else { return Ok(false) };
        let now = self.setup.now();
        let written = self.store.write(Write::swap(&key, &revision, &Entry::expired(now)), now).await?;
        Ok(!matches!(written, WriteOutcome::Changed(_)))
    }

    /// Applies the unsaved changes of a session to the copy, which it is from now on. Returns `false` if the copy has another owner: the session
    /// has ended then.
    pub(in crate::manager) fn continue_copied(
        &self,
        session: &Session,
        copied: CopiedSession,
    ) -> Result<bool, Error> {
        let CopiedSession { present, stored_at } = copied;
        let is_ours = merge(session, &stored_at.key, present, self.on_conflict)?;
        let mut state = session.lock();
        if is_ours {
            state.origin.stored_at = Some(stored_at);
        } else {
            state.settle(None, None);
        }
        Ok(is_ours)
    }
}
