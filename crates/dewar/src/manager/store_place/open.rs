//! Opening a session that is stored in a store.

use std::vec;

use super::StorePlace;
use super::records::{Found, Unreadable};
use crate::clock::UnixTime;
use crate::cookie;
use crate::lifetime::Refresh;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note, note_not_understood};
use crate::session::{EndedId, Origin, Session, SessionId, StoredAt, StoredSession};
use crate::store::{Entry, StoreKey, Stored, Touch, Write};

/// The maximum number of different ids of one request that are looked up. A browser that was given a cookie for two domains or paths sends
/// both; only an attacker sends more, to put load on the store.
const MAX_IDS: usize = 2;

/// The ids of a request's cookies, in the order in which they were sent. Each is taken out when it is looked up.
pub(in crate::manager) struct SentIds {
    first: Option<SessionId>,
    others: vec::IntoIter<SessionId>,
    was_sent: bool,
}

impl SentIds {
    pub(super) fn of(ids: Vec<SessionId>) -> Self {
        Self { first: None, others: ids.into_iter(), was_sent: true }
    }
}

impl Iterator for SentIds {
    type Item = SessionId;

    fn next(&mut self) -> Option<SessionId> {
        self.first.take().or_else(|| self.others.next())
    }
}

/// The results of the lookups so far.
#[derive(Default)]
struct Lookups {
    session: Option<OpenedRecord>,
    ended_id: Option<EndedId>,
    unreadable: Option<Box<StoredAt>>,
    /// The other ids that the store knows, if there are several.
    ids: Option<Vec<SessionId>>,
}

/// A session that was found.
pub(super) struct OpenedRecord {
    pub(super) stored_at: StoredAt,
    pub(super) present: StoredSession,
    outdated: bool,
    /// Loading it has not extended its expiry, although that is due.
    must_be_extended: bool,
}

impl StorePlace {
    /// The ids in the cookies. An id that this program cannot have generated is left out, so that the store is not asked for it.
    pub(in crate::manager) fn sent_ids<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> SentIds {
        let mut was_sent = false;
        let mut ids = cookie::candidates(cookie_headers, self.setup.cookie.name())
            .inspect(|_| was_sent = true)
            .filter_map(|token| self.ids.read(&token));
        // Of two ids that a client sends, one is the exception: the other needs no list.
        let (first, others) = (ids.next(), ids.take(MAX_IDS - 1).collect::<Vec<_>>().into_iter());
        SentIds { first, others, was_sent }
    }

    /// Opens the session of these ids, the newer one if there are two, or a new session.
    pub(in crate::manager) async fn open(&self, sent: &mut SentIds) -> Result<Session, Error> {
        let are_several = sent.others.len() > 0;
        let mut lookups = Lookups { ids: are_several.then(Vec::new), ..Lookups::default() };
        // The futures of what is rare are boxed: this one is then small.
        for id in sent.by_ref() {
            if let Some(expired) = self.look(id, &mut lookups).await? {
                Box::pin(self.remove_unless_extended(expired, &mut lookups)).await?;
            }
        }
        if let Some(session) = lookups.session.as_mut().filter(|session| session.must_be_extended) {
            Box::pin(self.extend(session, self.setup.now())).await;
        }
        Ok(self.found(lookups, sent.was_sent))
    }

    fn found(&self, lookups: Lookups, was_sent: bool) -> Session {
        let Lookups { session, ended_id, unreadable, ids } = lookups;
        let mut origin = Origin::default();
        let present = match session {
            Some(OpenedRecord { stored_at, present, outdated, .. }) => {
                origin.stored_at = Some(stored_at);
                origin.outdated = outdated || (!present.is_presented && self.records_presented_ids());
                origin.owner_when_opened = present.owner.clone().filter(|_| self.records_presented_ids());
                Some(present)
            }
            None => {
                (origin.ended_id, origin.unreadable) = (ended_id, unreadable);
                None
            }
        };
        origin.others = ids.into_iter().flatten().filter(|id| origin.id() != Some(id)).collect();
        match present {
            Some(present) => self.setup.opened(present, origin),
            None => self.setup.fresh_from(origin, was_sent, self.setup.now()),
        }
    }

    /// Adds what is stored under an id to the results. Returns the place of a session that has expired.
    async fn look(&self, id: SessionId, lookups: &mut Lookups) -> Result<Option<StoredAt>, Error> {
        let (key, now) = (self.ids.key(&id), self.setup.now());
        let loaded = if self.reads_without_expiry {
            self.store.load_without_expiry(&key, now)
        } else {
            self.store.load(&key, self.touch(now), now)
        };
        let Some(stored) = loaded.await.map_err(|why| Error::from(why).of_session(&key))? else {
            note(Event::UnknownId, &key);
            return Ok(None);
        };
        Ok(self.looked(id, key, stored, now, lookups))
    }

    /// Removes a session that has expired. One that was read without its expiry is read again first: it has expired by the time of its last write,
    /// and its expiry in the store may be later. Programs with an earlier version or other settings extend that alone.
    async fn remove_unless_extended(&self, expired: StoredAt, lookups: &mut Lookups) -> Result<(), Error> {
        let now = self.setup.now();
        if !self.reads_without_expiry {
            self.remove_expired(expired, now).await;
            return Ok(());
        }
        let StoredAt { id, key, .. } = expired;
        let loaded = self.store.load(&key, None, now).await;
        let Some(stored) = loaded.map_err(|why| Error::from(why).of_session(&key))? else { return Ok(()) };
        if let Some(expired) = self.looked(id, key, stored, now, lookups) {
            self.remove_expired(expired, now).await;
        }
        Ok(())
    }

    /// Adds what was found to the results. Returns the place of a session that has expired.
    fn looked(
        &self,
        id: SessionId,
        key: StoreKey,
        stored: Stored,
        now: UnixTime,
        lookups: &mut Lookups,
    ) -> Option<StoredAt> {
        let found = self.records.read(&key, &stored, &self.setup.lifetimes, now);
        if let (Some(ids), false) = (&mut lookups.ids, matches!(found, Found::Expired)) {
            ids.push(id.clone());
        }
        match found {
            Found::Session { present, outdated } => {
                let earlier = lookups.session.as_ref().map(|session| session.present.times.created);
                if earlier.is_none_or(|earlier| present.times.created > earlier) {
                    let must_be_extended = self.must_be_extended(&stored, &present, now);
                    let stored_at = StoredAt { id, key, revision: stored.revision };
                    lookups.session = Some(OpenedRecord { stored_at, present, outdated, must_be_extended });
                }
            }
            Found::Tombstone { since, .. } => {
                note(Event::EndedId, &key);
                lookups.ended_id = Some(EndedId { id, is_late: self.is_late(since, now) });
            }
            Found::Expired => return Some(StoredAt { id, key, revision: stored.revision }),
            Found::Unreadable(why) => {
                note_unreadable(&why, &key);
                lookups.unreadable = Some(Box::new(StoredAt { id, key, revision: stored.revision }));
            }
        }
        None
    }

    /// The store may have it for longer: a touch of another request would keep it there.
    async fn remove_expired(&self, expired: StoredAt, now: UnixTime) {
        let (StoredAt { key, revision, .. }, removal) = (expired, Entry::expired(now));
        let _ = self.store.write(Write::swap(&key, &revision, &removal), now).await;
    }

    /// A clock that was set back must not extend the window.
    fn is_late(&self, since: UnixTime, now: UnixTime) -> bool {
        let within = self.late_request_window;
        now < since.plus(within) && since < now.plus(within)
    }

    /// Loading a session extends its expiry in the same round trip, unless only changes do that or there is no idle limit.
    fn touch(&self, now: UnixTime) -> Option<Touch> {
        let lifetime = &self.setup.lifetimes.general;
        let idle = lifetime.idle?;
        let expires = now.plus(idle);
        match lifetime.refresh {
            Refresh::EachRequest => Some(Touch { expires, if_before: expires }),
            Refresh::WhenDue => Some(Touch { expires, if_before: now.plus(idle - idle / 10) }),
            Refresh::OnChange => None,
        }
    }
}

pub(super) fn note_unreadable(why: &Unreadable, key: &StoreKey) {
    match why {
        Unreadable::MixedUp => note(Event::MixedUp, key),
        Unreadable::Corrupt => note(Event::Corrupt, key),
        Unreadable::NotUnderstood(why) => note_not_understood(why, key),
    }
}
