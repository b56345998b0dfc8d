//! Opening a session that is stored in a store.

use super::StorePlace;
use super::records::{Found, Unreadable};
use crate::clock::UnixTime;
use crate::cookie;
use crate::lifetime::Refresh;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note, note_not_understood};
use crate::session::{EndedId, Origin, SessionId, State, StoredAt, StoredSession};
use crate::store::{Entry, StoreKey, Touch, Write};

/// The maximum number of different ids of one request that are looked up. A browser that was given a cookie for two domains or paths sends
/// both; only an attacker sends more, to put load on the store.
const MAX_IDS: usize = 2;

/// The ids of a request's cookies, in the order in which they were sent.
pub(in crate::manager) struct SentIds {
    pub(super) ids: Vec<SessionId>,
    pub(super) was_sent: bool,
}

/// The results of the lookups so far.
#[derive(Default)]
struct Lookups {
    session: Option<OpenedRecord>,
    ended_id: Option<EndedId>,
    unreadable: Option<StoredAt>,
    /// The other ids that the store knows, if there are several.
    ids: Option<Vec<SessionId>>,
}

/// A session that was found.
struct OpenedRecord {
    stored_at: StoredAt,
    present: StoredSession,
    outdated: bool,
}

impl StorePlace {
    /// The ids in the cookies. An id that this program cannot have generated is left out, so that the store is not asked for it.
    pub(in crate::manager) fn sent_ids<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> SentIds {
        let mut was_sent = false;
        let ids = cookie::candidates(cookie_headers, self.setup.cookie.name())
            .inspect(|_| was_sent = true)
            .filter_map(|token| self.ids.read(&token))
            .take(MAX_IDS)
            .collect();
        SentIds { ids, was_sent }
    }

    /// Opens the session of these ids, the newer one if there are two, or a new session.
    pub(in crate::manager) async fn open(&self, sent: SentIds) -> Result<State, Error> {
        let mut lookups = Lookups { ids: (sent.ids.len() > 1).then(Vec::new), ..Lookups::default() };
        for id in sent.ids {
            self.look(id, &mut lookups).await?;
        }
        let mut state = match lookups.session {
            Some(opened) => self.opened(opened),
            None => self.setup.fresh(sent.was_sent, self.setup.now()),
        };
        if state.origin.times.is_none() {
            (state.origin.ended_id, state.origin.unreadable) = (lookups.ended_id, lookups.unreadable);
        }
        let others = lookups.ids.into_iter().flatten().filter(|id| state.origin.id() != Some(id));
        state.origin.others = others.collect();
        Ok(state)
    }

    async fn look(&self, id: SessionId, lookups: &mut Lookups) -> Result<(), Error> {
        let key = self.ids.key(&id);
        let now = self.setup.now();
        let loaded = self.store.load(&key, self.touch(now), now).await;
        let Some(stored) = loaded.map_err(|why| Error::from(why).of_session(&key))? else {
            note(Event::UnknownId, &key);
            return Ok(());
        };
        let found = self.records.read(&key, &stored, &self.setup.lifetimes, now);
        if let (Some(ids), false) = (&mut lookups.ids, matches!(found, Found::Expired)) {
            ids.push(id.clone());
        }
        match found {
            Found::Session { present, outdated } => {
                let earlier = lookups.session.as_ref().map(|session| session.present.times.created);
                if earlier.is_none_or(|earlier| present.times.created > earlier) {
                    let stored_at = StoredAt { id, revision: stored.revision };
                    lookups.session = Some(OpenedRecord { stored_at, present, outdated });
                }
            }
            Found::Tombstone { since, .. } => {
                note(Event::EndedId, &key);
                lookups.ended_id = Some(EndedId { id, is_late: self.is_late(since, now) });
            }
            // Loading it may have extended its expiry in the store: repeated requests would keep it there.
            Found::Expired => {
                let removal = Entry::expired(now);
                let _ = self.store.write(Write::swap(&key, &stored.revision, &removal), now).await;
            }
            Found::Unreadable(why) => {
                note_unreadable(&why, &key);
                lookups.unreadable = Some(StoredAt { id, revision: stored.revision });
            }
        }
        Ok(())
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

    fn opened(&self, OpenedRecord { stored_at, present, outdated }: OpenedRecord) -> State {
        let origin = Origin {
            stored_at: Some(stored_at),
            outdated: outdated || (!present.is_presented && self.records_presented_ids()),
            owner_when_opened: present.owner.clone().filter(|_| self.records_presented_ids()),
            ..Origin::default()
        };
        self.setup.opened(present, origin)
    }
}

pub(super) fn note_unreadable(why: &Unreadable, key: &StoreKey) {
    match why {
        Unreadable::MixedUp => note(Event::MixedUp, key),
        Unreadable::Corrupt => note(Event::Corrupt, key),
        Unreadable::NotUnderstood(why) => note_not_understood(why, key),
    }
}
