//! Sessions that move into the store, and those that move out of it.
//!
//! A session that comes from a former manager gets an id that is computed from the cookie it came with. So the first requests of one client,
//! be they parallel or repeated because an answer was lost, all lead to one session: the first keeps it, the others find it and do their
//! changes to it. The id is as hard to guess as that cookie was, and a login replaces it.

use sha2::{Digest, Sha256};

use super::end::Trace;
use super::keeper::ServerSideKeeper;
use super::open::Presented;
use super::records::{Found, Successor};
use super::write::{Commit, TURNS, Unsettled, ended, removed};
use crate::clock::UnixTime;
use crate::lifetime::Lifetime;
use crate::manager::Error;
use crate::manager::plan::Plan;
use crate::random::Random;
use crate::session::{Former, Kept, Origin, Present, Session, SessionId, State};
use crate::value::Text;
use dewar_core::old::{Created, OldCalls as _, Swapped};

impl ServerSideKeeper {
    /// The id of a session that came with this in the cookie of a former manager.
    pub(in crate::manager) fn becomes(&self, credential: &[u8]) -> Result<SessionId, Error> {
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

    /// A session that a former manager has opened, as one of this manager's: not yet kept.
    pub(in crate::manager) fn adopt(&self, present: Present, owned_since: UnixTime, former: Former) -> State {
        let Present { data, is_permanent, times, owner, device, .. } = present.laid_out(self.rules.layout);
        let origin = Origin {
            times: Some(times),
            client_may_hold: true,
            owned_since: Some(owned_since),
            former: Some(Box::new(former)),
            ..Origin::default()
        };
        State::new(data, self.rules.layout, is_permanent, origin).with_owner(owner, device)
    }

    /// The session of one of these ids.
    pub(in crate::manager) async fn open_ids(&self, ids: Vec<SessionId>) -> Result<State, Error> {
        self.open(Presented { ids, was_sent: true }).await
    }

    /// What these cookies name.
    pub(in crate::manager) fn ids_in<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Vec<SessionId> {
        self.presented(cookie_headers).ids
    }

    /// Keeps a session of a former manager. If another request was faster, this one's changes are done to what it kept.
    pub(super) async fn take_over(
        &self,
        session: &Session,
        id: SessionId,
        plan: Plan,
        now: UnixTime,
    ) -> Result<Commit, Error> {
        let key = self.ids.key(&id);
        let draft = self.draft(&mut session.lock(), &key, false, now)?;
        if draft.is_removal {
            return Ok(removed(session));
        }
        let store = &self.settings.store;
        if let Created::Created(revision) = store.create(&key, &draft.entry, now).await? {
            Unsettled { kept: Kept { id, revision }, draft }.settle(session);
            session.lock().origin.arrived = true;
            return Ok(Commit::Stored);
        }
        let Some(theirs) = store.load(&key, None, now).await? else { return Ok(ended(&key)) };
        let Some(revision) = self.rebase(session, &key, theirs, now)? else {
            return Ok(ended(&key));
        };
        let is_modified = {
            let mut state = session.lock();
            state.origin.kept = Some(Kept { id, revision });
            state.is_modified()
        };
        if is_modified { self.update(session, plan, now).await } else { Ok(Commit::Stored) }
    }

    /// Ends the session of this very id, whatever became of it under another: whether there was one.
    pub(in crate::manager) async fn retire(&self, id: &SessionId) -> Result<bool, Error> {
        self.retire_for(id, None).await
    }

    /// A login has given a session another id than the one that its old cookie leads to: that one leads nowhere but to the new one.
    pub(in crate::manager) async fn lead_on(
        &self,
        from: &SessionId,
        to: &SessionId,
        owner: Option<Text>,
    ) -> Result<(), Error> {
        let now = self.settings.clock.now();
        let (key, to) = (self.ids.key(from), Successor { key: self.ids.key(to), owner });
        if let Some(tombstone) = self.tombstone(&key, Some(&to), now)?
            && let Created::Created(_) = self.settings.store.create(&key, &tombstone, now).await?
        {
            return Ok(());
        }
        self.retire_for(from, Some(&to)).await.map(drop)
    }

    /// A session that a request under way could still take over was ended: that request finds it so.
    pub(in crate::manager) async fn forestall(&self, id: &SessionId) -> Result<(), Error> {
        let now = self.settings.clock.now();
        let key = self.ids.key(id);
        if let Some(tombstone) = self.tombstone(&key, None, now)?
            && let Created::Created(_) = self.settings.store.create(&key, &tombstone, now).await?
        {
            return Ok(());
        }
        self.end_chain(id).await
    }

    /// Ends a session under whatever id it has by now.
    pub(in crate::manager) async fn end_chain(&self, id: &SessionId) -> Result<(), Error> {
        let now = self.settings.clock.now();
        self.end_from(self.ids.key(id), None, Trace::Tombstone, now).await.map(drop)
    }

    async fn retire_for(&self, id: &SessionId, successor: Option<&Successor>) -> Result<bool, Error> {
        let (key, now, store) = (self.ids.key(id), self.settings.clock.now(), &self.settings.store);
        for _ in 0..TURNS {
            let Some(tombstone) = self.tombstone(&key, successor, now)? else {
                return Ok(store.remove(&key, None, now).await?);
            };
            let Some(theirs) = store.load(&key, None, now).await? else { return Ok(false) };
            match self.records.read(&key, &theirs, &self.settings.lifetime, now) {
                Found::Session { .. } => {
                    if let Swapped::Swapped(_) = store.swap(&key, &theirs.revision, &tombstone, now).await? {
                        return Ok(true);
                    }
                }
                _ => return Ok(false),
            }
        }
        Err(Error::gave_up())
    }

    pub(in crate::manager) fn knows_owners(&self) -> bool {
        self.settings.store.owners().is_some()
    }

    /// The cookie of the session, for a client that does not have it yet.
    pub(in crate::manager) fn tell(&self, session: &Session) -> Result<String, Error> {
        let state = session.lock();
        self.set_cookie(&state, state.is_permanent(), self.settings.clock.now())
    }

    pub(in crate::manager) fn lifetime(&self) -> &Lifetime {
        &self.settings.lifetime
    }

    pub(in crate::manager) fn now(&self) -> UnixTime {
        self.settings.clock.now()
    }
}
