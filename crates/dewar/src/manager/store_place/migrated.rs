//! Sessions that are migrated into the store or out of it.
//!
//! A session from a previous manager gets an id that is computed from its old cookie. So the first requests of one client, parallel or
//! repeated because a response was lost, all lead to one session: the first request stores it, the others find it and apply their changes
//! to it. The id is as hard to guess as the old cookie, and a login replaces it.

use sha2::{Digest, Sha256};

use super::StorePlace;
use super::commit::{Commit, Saving, ended, removed};
use super::end::Ending;
use super::open::SentIds;
use super::records::Successor;
use super::write::{LoopOutcome, TargetId};
use crate::manager::error::Error;
use crate::random::Random;
use crate::session::{Session, SessionId, StoredAt};
use crate::store::{StoreKey, Write, WriteOutcome};
use crate::value::Text;

impl StorePlace {
    /// The id that a session with this value in the cookie of a previous manager gets here.
    pub(in crate::manager) fn computed_id(&self, credential: &[u8]) -> Result<SessionId, Error> {
        let seed = Sha256::new().chain_update(b"dewar: a session that moves\0").chain_update(credential);
        let fill = move |bytes: &mut [u8]| {
            for (number, chunk) in (0_u8..).zip(bytes.chunks_mut(32)) {
                let block = seed.clone().chain_update([number]).finalize();
                chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
            }
            Ok(())
        };
        Ok(self.ids.generate(&Random::from_fn(fill), None)?)
    }

    /// Opens the session of one of these ids.
    pub(in crate::manager) async fn open_ids(&self, ids: Vec<SessionId>) -> Result<Session, Error> {
        self.open(&mut SentIds::of(ids)).await
    }

    /// The ids in these cookies.
    pub(in crate::manager) fn ids_in<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Vec<SessionId> {
        self.sent_ids(cookie_headers).collect()
    }

    /// Stores a session of a previous manager. If another request came first, the changes of this one are applied to what that one stored.
    pub(super) async fn migrate(&self, save: Saving<'_>, id: SessionId) -> Result<Commit, Error> {
        match self.write(save, &mut None, &TargetId::Given(id.clone()), false).await? {
            LoopOutcome::Stored(unsettled) => {
                unsettled.settle(save.session);
                save.session.lock().origin.was_migrated = true;
                Ok(Commit::Stored)
            }
            LoopOutcome::Taken => self.join(save, id).await,
            LoopOutcome::Removed | LoopOutcome::Ended(_) | LoopOutcome::WrittenByOthers => {
                Ok(removed(save.session))
            }
        }
    }

    async fn join(&self, save: Saving<'_>, id: SessionId) -> Result<Commit, Error> {
        let key = self.ids.key(&id);
        let Some(theirs) = self.load(&key, save.now).await? else { return Ok(ended(&key)) };
        let Some(revision) = self.rebase(save, &key, theirs)? else { return Ok(ended(&key)) };
        let is_modified = {
            let mut state = save.session.lock();
            state.origin.stored_at = Some(StoredAt { id, key, revision });
            state.is_modified()
        };
        if is_modified { self.replace(save, &TargetId::Same, true).await } else { Ok(Commit::Stored) }
    }

    /// Ends the session under this id, but not under a newer one. Returns whether there was one.
    pub(in crate::manager) async fn retire(&self, id: &SessionId) -> Result<bool, Error> {
        self.retire_for(id, None).await
    }

    /// The same for a session that is now stored under this key in another store. Also returns `true` if it was already migrated there.
    pub(in crate::manager) async fn retire_to(&self, id: &SessionId, key: StoreKey) -> Result<bool, Error> {
        self.retire_for(id, Some(&Successor { key, owner: None })).await
    }

    /// For a login that gave a session an id other than the one computed from its old cookie: leaves a tombstone there that leads to the
    /// new one.
    pub(in crate::manager) async fn redirect(
        &self,
        from: &SessionId,
        to: &SessionId,
        owner: Option<Text>,
    ) -> Result<(), Error> {
        let (key, to) = (self.ids.key(from), Successor { key: self.ids.key(to), owner });
        if self.put_tombstone(&key, Some(&to)).await? {
            return Ok(());
        }
        self.retire_for(from, Some(&to)).await.map(drop)
    }

    /// Leaves a tombstone for a session that has ended, so that a request in progress cannot migrate it.
    pub(in crate::manager) async fn end_before_move(&self, id: &SessionId) -> Result<(), Error> {
        if self.put_tombstone(&self.ids.key(id), None).await? {
            return Ok(());
        }
        self.end_chain(id).await
    }

    /// Ends a session even if it has a newer id by now.
    pub(in crate::manager) async fn end_chain(&self, id: &SessionId) -> Result<(), Error> {
        let now = self.setup.now();
        self.end_from(self.ids.key(id), None, Ending::LOGOUT, now).await.map(drop)
    }

    async fn retire_for(&self, id: &SessionId, successor: Option<&Successor>) -> Result<bool, Error> {
        self.end_from(self.ids.key(id), None, Ending::moved(successor), self.setup.now()).await
    }

    /// Puts a tombstone where nothing is stored. Returns `false` if something is stored, or if the records have no tombstones.
    async fn put_tombstone(&self, key: &StoreKey, successor: Option<&Successor>) -> Result<bool, Error> {
        let now = self.setup.now();
        let Some(tombstone) = self.tombstone(key, successor, now)? else { return Ok(false) };
        let written = self.store.write(Write::create(key, &tombstone), now).await?;
        Ok(matches!(written, WriteOutcome::Saved(_)))
    }

    pub(in crate::manager) fn knows_owners(&self) -> bool {
        self.store.owners().is_some()
    }
}
