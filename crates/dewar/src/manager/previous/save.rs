//! Saving: a migrated session is stored here and ended there, its client gets the new cookie, and old cookies are removed.

use std::sync::Arc;

use super::PreviousManagers;
use crate::cookie::SessionCookie;
use crate::manager::error::Error;
use crate::manager::place::Place;
use crate::manager::session_headers::SessionHeaders;
use crate::manager::store_place::{CopiedSession, StorePlace};
use crate::session::{NewId, Previous, SavePermit, Session, SessionId};
use crate::store::{Answer, StoreKey};

/// The outcome of ending a previous session.
enum Retired {
    /// It has ended now, or that cannot be determined.
    Ended,
    /// It had already ended, and not because it was migrated.
    EndedByOthers,
}

/// How the client of a migrated session goes on.
enum Client {
    /// With the id under which the session is stored here.
    GetsTheId,
    /// With the cookie that it has, which leads to the session, or to none.
    KeepsItsCookie,
    /// With the session that a copy has moved here under its old id.
    GoesOnWithCopy(Box<CopiedSession>),
}

impl PreviousManagers {
    pub(in crate::manager) fn start_save(
        this: &Arc<Self>,
        here: &Place,
        session: &Session,
    ) -> Answer<'static, SessionHeaders, Error> {
        let (this, here) = (Arc::clone(this), here.clone());
        if session.lock().origin.previous.is_some() {
            let session = session.clone();
            return Answer::later(async move { this.save(&here, session.begin_save().await).await });
        }
        match here.start_save(session) {
            Answer::Now(saved) => Answer::Now(this.with_removals(&here, saved)),
            Answer::Later(saved) => Answer::later(async move {
                let saved = saved.await;
                this.with_removals(&here, saved)
            }),
        }
    }

    /// Saves a session that came from a previous manager or together with cookies of previous managers, unless the save before has already
    /// handled those.
    async fn save(&self, here: &Place, permit: SavePermit) -> Result<SessionHeaders, Error> {
        let now = here.setup().now();
        let (previous, facts, varies) = {
            let state = permit.session().lock();
            (state.origin.previous.clone(), here.facts(&state, now), state.accessed)
        };
        let Some(previous) = previous else { return self.with_removals(here, here.save_with(permit).await) };
        let is_modified = facts.is_modified;
        // A logout may begin another session, for a message.
        if facts.ends() || (facts.is_final && facts.new_id == Some(NewId::Begin)) {
            return self.end(here, permit, &previous).await;
        }
        let saved = match here {
            Place::Cookie(_) => self.save_in_cookie(here, permit, &previous, is_modified).await,
            Place::Store(place) => self.save_in_store(here, place, permit, &previous, is_modified).await,
        };
        match saved {
            Ok(reply) if reply.set_cookie.is_some() => Ok(self.with_all_removals(here, reply)),
            Err(why) if !is_modified => {
                here.setup().best_effort_skipped(&why);
                Ok(SessionHeaders { varies, ..SessionHeaders::default() })
            }
            saved => saved,
        }
    }

    /// A cookie that contains the old id shows that the client has it: the previous session ends, and the next cookie no longer contains
    /// the id.
    async fn save_in_cookie(
        &self,
        here: &Place,
        permit: SavePermit,
        previous: &Previous,
        is_modified: bool,
    ) -> Result<SessionHeaders, Error> {
        if let (None, Some(id)) = (previous.taken_from, &previous.id) {
            match self.retire_everywhere(id).await {
                Ok(()) => permit.session().lock().origin.previous = None,
                Err(why) if is_modified => here.setup().best_effort_skipped(&why),
                Err(why) => return Err(why),
            }
        }
        here.save_with(permit).await
    }

    /// The client gets its new id once the previous session has ended. Until then the old id leads here.
    async fn save_in_store(
        &self,
        here: &Place,
        place: &StorePlace,
        permit: SavePermit,
        previous: &Previous,
        is_modified: bool,
    ) -> Result<SessionHeaders, Error> {
        let session = &permit.session().clone();
        let (was_stored, unsaved) = {
            let state = session.lock();
            (state.origin.stored_at.is_some(), state.changes.clone())
        };
        let mut reply = here.save_with(permit).await?;
        let (id, is_settled) = {
            let origin = &session.lock().origin;
            (origin.stored_at.as_ref().map(|stored_at| stored_at.id.clone()), origin.previous.is_none())
        };
        // If the session had ended, the client has another cookie by now, which is left alone.
        let Some(id) = id.filter(|_| is_settled || !is_modified) else { return Ok(reply) };
        if let (false, Some(computed)) = (was_stored, previous.computed_id.as_ref().filter(|it| **it != id)) {
            let owner = session.lock().saved().newly_assigned_owner.clone();
            place.redirect(computed, &id, owner).await?;
        }
        match self.end_previous(here, place, session, previous, &id).await? {
            Client::KeepsItsCookie => reply.set_cookie = None,
            Client::GetsTheId if reply.set_cookie.is_some() => {}
            Client::GetsTheId => reply = with_cookie(here, session, reply)?,
            Client::GoesOnWithCopy(copied) => {
                session.lock().changes_are_unsaved(unsaved);
                if !place.continue_copied(session, *copied)? {
                    reply.set_cookie = None;
                    return Ok(reply);
                }
                reply = here.save_with(session.begin_save().await).await?;
                if reply.set_cookie.is_none() {
                    reply = with_cookie(here, session, reply)?;
                }
            }
        }
        Ok(reply)
    }

    /// Ends the previous session of one that is stored here now.
    async fn end_previous(
        &self,
        here: &Place,
        place: &StorePlace,
        session: &Session,
        previous: &Previous,
        id: &SessionId,
    ) -> Result<Client, Error> {
        let was_migrated = session.lock().origin.was_migrated;
        match (self.retire_there(previous, place.key(id)).await, &previous.id) {
            (Ok(Retired::EndedByOthers), Some(old)) if was_migrated => {
                self.after_others(place, session, id, old).await
            }
            // A copy may have moved it here under its old id: a login ends it there as well.
            (Ok(Retired::EndedByOthers), Some(old)) => {
                place.retire(old).await?;
                Ok(Client::GetsTheId)
            }
            (Ok(_), _) => Ok(Client::GetsTheId),
            // The old cookie leads to this id until the previous session has ended.
            (Err(why), _) => {
                here.setup().best_effort_skipped(&why);
                let leads_here = previous.computed_id.as_ref() == Some(id);
                Ok(if leads_here { Client::KeepsItsCookie } else { Client::GetsTheId })
            }
        }
    }

    /// What this request stored under this id ended at its previous place meanwhile: by a logout, or because a
    /// [copy](crate::admin::Copier) moved it here under its old id. Only one of the two goes on.
    async fn after_others(
        &self,
        place: &StorePlace,
        session: &Session,
        id: &SessionId,
        old: &SessionId,
    ) -> Result<Client, Error> {
        let Some(copied) = place.copied(old).await? else {
            place.retire(id).await?;
            session.lock().settle(None, None);
            return Ok(Client::KeepsItsCookie);
        };
        if place.withdraw(session).await? {
            return Ok(Client::GoesOnWithCopy(Box::new(copied)));
        }
        // Another request has found it under this id, and made its changes there.
        place.retire_to(old, place.key(id)).await?;
        Ok(Client::GetsTheId)
    }

    /// Carries out a logout: ends the session everywhere, and those of the other cookies.
    async fn end(
        &self,
        here: &Place,
        permit: SavePermit,
        previous: &Previous,
    ) -> Result<SessionHeaders, Error> {
        let is_stored = permit.session().lock().origin.stored_at.is_some();
        let mut ended = Ok(());
        for place in self.stores() {
            for id in previous.id.iter().chain(&previous.extra_ids) {
                ended = ended.and(place.end_chain(id).await);
            }
        }
        // A copy may have moved it here under its old id.
        if let (Place::Store(place), Some(id)) = (here, &previous.id) {
            ended = ended.and(place.end_chain(id).await);
        }
        if let (Place::Store(place), Some(computed_id), false) = (here, &previous.computed_id, is_stored) {
            ended = ended.and(place.end_before_move(computed_id).await);
        }
        match (here.save_with(permit).await, ended) {
            (Ok(reply), Ok(())) => Ok(self.with_all_removals(here, reply)),
            (Err(why), _) | (Ok(_), Err(why)) => Err(self.with_removals_of(here, why)),
        }
    }

    /// Its tombstone leads to the session here, for a parallel request that is not a logout.
    async fn retire_there(&self, previous: &Previous, here: StoreKey) -> Result<Retired, Error> {
        let side =
            previous.taken_from.and_then(|number| self.list.get(number)).map(|previous| &previous.place);
        let (Some(Place::Store(place)), Some(id)) = (side, &previous.id) else { return Ok(Retired::Ended) };
        let is_ended = place.retire_to(id, here).await?;
        Ok(if is_ended || !place.setup.rules.leaves_tombstones {
            Retired::Ended
        } else {
            Retired::EndedByOthers
        })
    }

    async fn retire_everywhere(&self, id: &SessionId) -> Result<(), Error> {
        for place in self.stores() {
            place.retire(id).await?;
        }
        Ok(())
    }

    /// Adds removals when no old cookie was sent: of cookies with the same name, because they cannot be distinguished from the current one,
    /// and of all cookies at a logout.
    fn with_removals(
        &self,
        here: &Place,
        saved: Result<SessionHeaders, Error>,
    ) -> Result<SessionHeaders, Error> {
        let mut reply = match saved {
            Ok(reply) => reply,
            Err(why) if why.set_cookie().is_some() => return Err(self.with_removals_of(here, why)),
            Err(why) => return Err(why),
        };
        match &reply.set_cookie {
            None => Ok(reply),
            Some(line) if *line == here.cookie().remove() => Ok(self.with_all_removals(here, reply)),
            Some(_) => {
                let present = here.cookie();
                let namesakes = self.removable(here).filter(|previous| previous.name() == present.name());
                reply.removal_cookies = namesakes.map(SessionCookie::remove).collect();
                Ok(reply)
            }
        }
    }

    fn with_all_removals(&self, here: &Place, reply: SessionHeaders) -> SessionHeaders {
        let removal_cookies = self.removable(here).map(SessionCookie::remove).collect();
        SessionHeaders { removal_cookies, varies: true, ..reply }
    }

    fn with_removals_of(&self, here: &Place, why: Error) -> Error {
        let why = why.with_removal(here.cookie().remove());
        self.removable(here).fold(why, |why, previous| why.with_removal(previous.remove()))
    }
}

fn with_cookie(here: &Place, session: &Session, reply: SessionHeaders) -> Result<SessionHeaders, Error> {
    let (now, state) = (here.setup().now(), session.lock());
    Ok(reply.with_cookie(here.set_cookie(&state, state.is_permanent(), now)?))
}
