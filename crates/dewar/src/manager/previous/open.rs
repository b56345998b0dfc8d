//! Opening the session of a previous manager's cookie as one of the current manager.

use super::{PreviousManager, PreviousManagers};
use crate::cookie;
use crate::lifetime::Times;
use crate::manager::cookie_place::{CookiePlace, TieBreak};
use crate::manager::error::Error;
use crate::manager::place::Place;
use crate::manager::store_place::StorePlace;
use crate::session::{Previous, Session, SessionId};

impl PreviousManagers {
    pub(in crate::manager) async fn open(&self, here: &Place, headers: Vec<&[u8]>) -> Result<Session, Error> {
        let session = self.open_here(here, &headers).await?;
        if session.lock().origin.is_known() {
            self.note_old_cookies(here, &headers, &session);
            return Ok(session);
        }
        let (name, now) = (here.cookie().name(), here.setup().now());
        let has_new = cookie::find(headers.iter().copied(), name).next().is_some();
        for (number, previous) in self.list.iter().enumerate().filter(|(_, previous)| now < previous.until) {
            if has_new && previous.place.cookie().name() != name {
                continue;
            }
            if let Some(session) = previous.hand_over(number, here, &headers).await? {
                return Ok(session);
            }
        }
        self.note_old_cookies(here, &headers, &session);
        Ok(session)
    }

    /// If two cookies were written in the same second, uses the one that a browser sends where the current one belongs.
    async fn open_here(&self, here: &Place, headers: &[&[u8]]) -> Result<Session, Error> {
        let Place::Cookie(place) = here else { return here.open(headers.iter().copied()).await };
        let present = here.cookie();
        let namesakes = self.places().map(Place::cookie).filter(|previous| previous.name() == present.name());
        let mut is_sent_last = namesakes.map(|previous| !present.is_sent_before(previous));
        let of_equals = if is_sent_last.next().unwrap_or(false) { TieBreak::Last } else { TieBreak::First };
        let (session, _) = place.open_newest(headers.iter().copied(), of_equals);
        place.unless_revoked(session).await
    }

    /// Notes the old cookies, which must be removed, and at a logout their sessions ended.
    fn note_old_cookies(&self, here: &Place, headers: &[&[u8]], session: &Session) {
        let mut old = Previous::default();
        for previous in self.places() {
            let name = previous.cookie().name();
            // If the names are the same, the current cookie is one of them.
            let others = if name == here.cookie().name() { 1 } else { 0 };
            if cookie::find(headers.iter().copied(), name).nth(others).is_some() {
                old.was_sent = true;
                if let Place::Store(place) = previous {
                    old.extra_ids.extend(place.ids_in(headers.iter().copied()));
                }
            }
        }
        if old.was_sent {
            let mut state = session.lock();
            state.origin.outdated |= matches!(here, Place::Cookie(_));
            let link = state.origin.previous.take().and_then(|previous| previous.id);
            state.origin.previous = Some(Box::new(Previous { id: link, ..old }));
        }
    }
}

impl PreviousManager {
    /// Opens the session of one of these cookies as one of the current manager.
    async fn hand_over(
        &self,
        number: usize,
        here: &Place,
        headers: &[&[u8]],
    ) -> Result<Option<Session>, Error> {
        match &self.place {
            Place::Cookie(place) => self.out_of_cookie(place, number, here, headers).await,
            Place::Store(place) => self.out_of_store(place, number, here, headers).await,
        }
    }

    async fn out_of_cookie(
        &self,
        place: &CookiePlace,
        number: usize,
        here: &Place,
        headers: &[&[u8]],
    ) -> Result<Option<Session>, Error> {
        let (session, Some(token)) = place.open_newest(headers.iter().copied(), TieBreak::First) else {
            return Ok(None);
        };
        let previous = Previous { taken_from: Some(number), was_sent: true, ..Previous::default() };
        if let Some(taken) = migrated(here, &[&token], &[], &previous).await? {
            return Ok(Some(taken));
        }
        let previous = Previous { computed_id: here.computed_id(&token)?, ..previous };
        let session = place.unless_revoked(session).await?;
        self.adopted(here, session, previous, place.setup.rules.stores_start_time).await
    }

    async fn out_of_store(
        &self,
        place: &StorePlace,
        number: usize,
        here: &Place,
        headers: &[&[u8]],
    ) -> Result<Option<Session>, Error> {
        let ids = place.ids_in(headers.iter().copied());
        let previous = Previous { taken_from: Some(number), was_sent: true, ..Previous::default() };
        let credentials: Vec<&[u8]> = ids.iter().map(|id| id.as_str().as_bytes()).collect();
        if credentials.is_empty() {
            return Ok(None);
        }
        if let Some(taken) = migrated(here, &credentials, &ids, &previous).await? {
            return Ok(Some(taken));
        }
        let session = place.open_ids(ids.clone()).await?;
        let (id, has_ended) = {
            let origin = &session.lock().origin;
            (origin.stored_at.as_ref().map(|stored_at| stored_at.id.clone()), origin.ended_id.is_some())
        };
        let Some(id) = id else {
            return if has_ended { moved_meanwhile(here, &ids, &previous).await } else { Ok(None) };
        };
        let computed_id = here.computed_id(id.as_str().as_bytes())?;
        let previous = Previous { id: Some(id), computed_id, ..previous };
        self.adopted(here, session, previous, place.setup.rules.stores_start_time).await
    }

    /// `None` if it has expired by the current limits.
    async fn adopted(
        &self,
        here: &Place,
        session: Session,
        previous: Previous,
        knows_beginning: bool,
    ) -> Result<Option<Session>, Error> {
        let now = here.setup().now();
        let (owned_since, present) = {
            let mut state = session.lock();
            (state.origin.owned_since, state.take_stored())
        };
        let Some(mut present) = present else { return Ok(None) };
        let owned_since = owned_since.unwrap_or(present.times.created);
        let created = if knows_beginning { present.times.created } else { now };
        present.times = Times { created, refreshed: now };
        if here.setup().lifetimes.of(present.timeouts).is_expired(present.times, now) {
            return Ok(None);
        }
        let adopted = here.setup().adopt(present, owned_since, previous);
        Ok(Some(match here {
            Place::Cookie(place) => place.unless_revoked(adopted).await?,
            Place::Store(_) => adopted,
        }))
    }
}

/// The session that has ended at its previous place since it was looked for here: another request has migrated it, or a
/// [copy](crate::admin::Copier) has moved it here under the same id.
async fn moved_meanwhile(
    here: &Place,
    ids: &[SessionId],
    previous: &Previous,
) -> Result<Option<Session>, Error> {
    let credentials: Vec<&[u8]> = ids.iter().map(|id| id.as_str().as_bytes()).collect();
    if let Some(migrated) = migrated(here, &credentials, ids, previous).await? {
        return Ok(Some(migrated));
    }
    let Place::Store(place) = here else { return Ok(None) };
    let copied = place.open_ids(ids.to_vec()).await?;
    let is_there = copied.lock().origin.times.is_some();
    Ok(is_there.then_some(copied))
}

/// The session that another request has already migrated, or its tombstone. It is found under the id that is computed from one of the
/// credentials, which are those of `ids` if they come from a store.
async fn migrated(
    here: &Place,
    credentials: &[&[u8]],
    ids: &[SessionId],
    previous: &Previous,
) -> Result<Option<Session>, Error> {
    let Place::Store(place) = here else { return Ok(None) };
    let computed = credentials.iter().map(|credential| place.computed_id(credential));
    let computed = computed.collect::<Result<Vec<_>, _>>()?;
    let taken = place.open_ids(computed.clone()).await?;
    let (is_known, is_session, nth) = {
        let origin = &taken.lock().origin;
        (origin.is_known(), origin.times.is_some(), computed.iter().position(|id| origin.id() == Some(id)))
    };
    if !is_known {
        return Ok(None);
    }
    let previous = if is_session {
        let (id, computed_id) = nth.map(|nth| (ids.get(nth), computed.get(nth))).unwrap_or_default();
        Previous { id: id.cloned(), computed_id: computed_id.cloned(), ..previous.clone() }
    } else {
        Previous { extra_ids: ids.to_vec(), was_sent: true, ..Previous::default() }
    };
    taken.lock().origin.previous = Some(Box::new(previous));
    Ok(Some(taken))
}
