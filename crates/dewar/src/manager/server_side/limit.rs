//! A limit to an owner's sessions, and what a login does at it.
//!
//! A login whose answer was lost must not lock its person out, nor end their other sessions. So before the limit ends what it would
//! end anyway, two kinds of sessions go:
//!
//! * the one that this login repeats (see [`begin`](super::begin)): the new session takes its place;
//! * where the newest is refused, those that no client has come with yet: the answer that told their id may have been lost.

use super::end::Trace;
use super::keeper::ServerSideKeeper;
use super::records::Found;
use super::settings::AtMost;
use super::write::{Written, ended};
use crate::clock::UnixTime;
use crate::manager::Error;
use crate::session::Session;
use crate::store::{Owners, StoreKey, Stored, Surplus};

impl ServerSideKeeper {
    /// Whether it matters that a client has come with the id of a session.
    pub(super) fn asks_who_was_presented(&self) -> bool {
        self.settings.at_most.is_some_and(|at_most| at_most.surplus == Surplus::Newest)
    }

    /// A session that has just come to its owner may be one too many.
    pub(super) async fn admit(
        &self,
        session: &Session,
        repeats: Option<StoreKey>,
        now: UnixTime,
    ) -> Result<Written, Error> {
        let Some(AtMost { sessions, surplus }) = self.settings.at_most else { return Ok(Written::Kept) };
        let came = session.lock().saved().came_to.clone();
        let (Some(owner), Some(key)) = (came, self.key_of(session)) else { return Ok(Written::Kept) };
        let (owners, owner) = (self.owners()?, self.ids.namespace().owner(&owner.to_str_lossy()));
        if repeats.is_some() || surplus == Surplus::Newest {
            self.make_room(owners, &owner, &key, repeats.as_ref(), sessions, now).await?;
        }
        let removed = owners.trim(&owner, sessions, surplus, now).await?;
        if !removed.contains(&key) {
            return Ok(Written::Kept);
        }
        // The browser may have the cookie of another login by now: it is left alone.
        Ok(ended(&key))
    }

    async fn make_room(
        &self,
        owners: &dyn Owners,
        owner: &str,
        key: &StoreKey,
        repeats: Option<&StoreKey>,
        sessions: usize,
        now: UnixTime,
    ) -> Result<(), Error> {
        let mut others = owners.of(owner, now).await?;
        let surplus = others.len().saturating_sub(sessions);
        others.retain(|(other, _)| other != key);
        // Those that came first stay in front of those that came later.
        others.sort_by_key(|(other, _)| Some(other) != repeats);
        let may_go = |(other, stored): &(StoreKey, Stored)| {
            Some(other) == repeats
                || (self.asks_who_was_presented() && !self.was_presented(other, stored, now))
        };
        for (other, stored) in others.into_iter().filter(may_go).take(surplus) {
            self.end_from(other, Some(stored.revision), Trace::Nothing, now).await?;
        }
        Ok(())
    }

    fn was_presented(&self, key: &StoreKey, stored: &Stored, now: UnixTime) -> bool {
        match self.records.read(key, stored, &self.settings.lifetime, now) {
            Found::Session { present, .. } => present.is_presented,
            _ => true,
        }
    }
}
