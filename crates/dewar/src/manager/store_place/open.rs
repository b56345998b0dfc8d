//! Opening a session that lives in a store.

use super::StorePlace;
use super::records::{Found, Unreadable};
use crate::clock::UnixTime;
use crate::cookie;
use crate::lifetime::Refresh;
use crate::manager::error::Error;
use crate::manager::observe::{Event, note, note_not_understood};
use crate::session::{EndedId, Kept, Origin, Present, SessionId, State};
use crate::store::{Entry, StoreKey, Touch, Write};

/// How many different ids of one request are looked up. A browser that was given a cookie for two domains or paths sends both; whoever
/// sends more wants to make the store work.
const MOST_IDS: usize = 2;

/// The ids of a request's cookies, in the order in which they were sent.
pub(in crate::manager) struct Presented {
    pub(super) ids: Vec<SessionId>,
    pub(super) was_sent: bool,
}

/// What the ids of a request have led to so far.
#[derive(Default)]
struct Seen {
    session: Option<Opened>,
    ended_id: Option<EndedId>,
    unreadable: Option<Kept>,
    /// Of several ids those that the store knows.
    ids: Option<Vec<SessionId>>,
}

/// A session that is there.
struct Opened {
    kept: Kept,
    present: Present,
    outdated: bool,
}

impl StorePlace {
    /// What the cookies name. Nothing is asked of the store for an id that was never given out.
    pub(in crate::manager) fn presented<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Presented {
        let mut was_sent = false;
        let ids = cookie::candidates(cookie_headers, self.setup.cookie.name())
            .inspect(|_| was_sent = true)
            .filter_map(|token| self.ids.read(&token))
            .take(MOST_IDS)
            .collect();
        Presented { ids, was_sent }
    }

    /// The session that these ids name, of two the one that began last; else a new one.
    pub(in crate::manager) async fn open(&self, presented: Presented) -> Result<State, Error> {
        let mut seen = Seen { ids: (presented.ids.len() > 1).then(Vec::new), ..Seen::default() };
        for id in presented.ids {
            self.look(id, &mut seen).await?;
        }
        let mut state = match seen.session {
            Some(opened) => self.opened(opened),
            None => self.setup.fresh(presented.was_sent, self.setup.now()),
        };
        if state.origin.times.is_none() {
            (state.origin.ended_id, state.origin.unreadable) = (seen.ended_id, seen.unreadable);
        }
        let others = seen.ids.into_iter().flatten().filter(|id| state.origin.id() != Some(id));
        state.origin.others = others.collect();
        Ok(state)
    }

    async fn look(&self, id: SessionId, seen: &mut Seen) -> Result<(), Error> {
        let key = self.ids.key(&id);
        let now = self.setup.now();
        let Some(stored) = self.store.load(&key, self.touch(now), now).await? else {
            note(Event::UnknownId, &key);
            return Ok(());
        };
        let found = self.records.read(&key, &stored, &self.setup.lifetime, now);
        if let (Some(ids), false) = (&mut seen.ids, matches!(found, Found::Over)) {
            ids.push(id.clone());
        }
        match found {
            Found::Session { present, outdated } => {
                let earlier = seen.session.as_ref().map(|session| session.present.times.created);
                if earlier.is_none_or(|earlier| present.times.created > earlier) {
                    let kept = Kept { id, revision: stored.revision };
                    seen.session = Some(Opened { kept, present, outdated });
                }
            }
            Found::Tombstone { since, .. } => {
                note(Event::CameTooLate, &key);
                seen.ended_id = Some(EndedId { id, is_in_flight: self.is_in_flight(since, now) });
            }
            // Looking at it may have moved its end in the store: whoever asks again and again would keep it there.
            Found::Over => {
                let removal = Entry::expired(now);
                let _ = self.store.write(Write::swap(&key, &stored.revision, &removal), now).await;
            }
            Found::Unreadable(why) => {
                note_unreadable(&why, &key);
                seen.unreadable = Some(Kept { id, revision: stored.revision });
            }
        }
        Ok(())
    }

    /// A clock that has jumped back since must not make it last.
    fn is_in_flight(&self, since: UnixTime, now: UnixTime) -> bool {
        let within = self.in_flight;
        now < since.plus(within) && since < now.plus(within)
    }

    /// Reading a session moves its end, in the same round trip; unless only a change does, or idleness never ends it.
    fn touch(&self, now: UnixTime) -> Option<Touch> {
        let lifetime = &self.setup.lifetime;
        let idle = lifetime.idle?;
        let expires = now.plus(idle);
        match lifetime.refresh {
            Refresh::EachRequest => Some(Touch { expires, if_before: expires }),
            Refresh::WhenDue => Some(Touch { expires, if_before: now.plus(idle - idle / 10) }),
            Refresh::OnChange => None,
        }
    }

    fn opened(&self, Opened { kept, present, outdated }: Opened) -> State {
        let origin = Origin {
            kept: Some(kept),
            outdated: outdated || (!present.is_presented && self.asks_who_was_presented()),
            was_of: present.owner.clone().filter(|_| self.asks_who_was_presented()),
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
