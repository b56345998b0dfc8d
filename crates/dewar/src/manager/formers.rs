//! Managers that kept the sessions before: whoever comes with a cookie of theirs goes on with that session, here.
//!
//! | the request came with | what is opened |
//! |---|---|
//! | a cookie of the present manager that opens | that session; old cookies beside it are removed |
//! | one that does not open, and the former cookie has another name | a new session: an old cookie counts only while there is no new one |
//! | only a former cookie, before the date | that session, to be kept here |
//!
//! | what happened to a session that is taken over | what is done, one after the other |
//! |---|---|
//! | it goes on in a store | kept here, ended there, the client told |
//! | it goes on in a cookie | the client told; ended there by the first request that shows that the client knows |
//! | it was logged out | ended there, nothing of it kept here, all cookies removed |
//!
//! Whatever fails in between, the next request with the old cookie finds the session.

use std::sync::Arc;

use super::client_side::{ClientSideKeeper, Equal};
use super::error::Error;
use super::reply::Reply;
use super::server_side::ServerSideKeeper;
use super::side::{Save, Side};
use crate::clock::UnixTime;
use crate::cookie;
use crate::lifetime::Times;
use crate::session::{Former, Session, SessionId, State};

/// The former managers, the latest first.
#[derive(Debug)]
pub(super) struct Formers {
    list: Vec<FormerManager>,
}

#[derive(Debug, Clone)]
struct FormerManager {
    side: Side,
    until: UnixTime,
}

impl Formers {
    /// Those there are, one more, and those that it has itself, until the same date at most.
    pub(super) fn and(present: Option<&Self>, side: Side, its_own: Option<&Self>, until: UnixTime) -> Self {
        let mut list = present.map_or_else(Vec::new, |present| present.list.clone());
        list.push(FormerManager { side, until });
        let older = its_own.into_iter().flat_map(|older| older.list.iter().cloned());
        list.extend(older.map(|older| FormerManager { until: older.until.min(until), ..older }));
        Self { list }
    }

    pub(super) fn sides(&self) -> impl Iterator<Item = &Side> {
        self.list.iter().map(|former| &former.side)
    }

    pub(super) async fn open<'h>(
        &self,
        here: &Side,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<State, Error> {
        let headers: Vec<&[u8]> = cookie_headers.into_iter().collect();
        let state = self.open_here(here, &headers).await?;
        if state.origin.is_known() {
            return Ok(self.with_what_came_beside(here, &headers, state));
        }
        let (name, now) = (here.cookie().name(), here.now());
        let has_new = cookie::find(headers.iter().copied(), name).next().is_some();
        for (number, former) in self.list.iter().enumerate().filter(|(_, former)| now < former.until) {
            if has_new && former.side.cookie().name() != name {
                continue;
            }
            if let Some(state) = former.hand_over(number, here, &headers).await? {
                return Ok(state);
            }
        }
        Ok(self.with_what_came_beside(here, &headers, state))
    }

    /// Of two cookies that were written in the same second the one that a browser sends where the present one belongs.
    async fn open_here(&self, here: &Side, headers: &[&[u8]]) -> Result<State, Error> {
        let Side::Client(keeper) = here else { return here.open(headers.iter().copied()).await };
        let present = here.cookie();
        let namesakes = self.sides().map(Side::cookie).filter(|former| former.name() == present.name());
        let mut is_sent_last = namesakes.map(|former| !present.is_sent_before(former));
        let of_equals = if is_sent_last.next().unwrap_or(false) { Equal::Last } else { Equal::First };
        let (state, _) = keeper.open_newest(headers.iter().copied(), of_equals);
        keeper.if_it_counts(state).await
    }

    /// Old cookies are to be removed, and at a logout what they name is to be ended.
    fn with_what_came_beside(&self, here: &Side, headers: &[&[u8]], mut state: State) -> State {
        let mut beside = Former::default();
        for former in self.sides() {
            let name = former.cookie().name();
            // Of one name, the present cookie is one of them.
            let others = if name == here.cookie().name() { 1 } else { 0 };
            if cookie::find(headers.iter().copied(), name).nth(others).is_some() {
                beside.was_sent = true;
                if let Side::Server(keeper) = former {
                    beside.beside.extend(keeper.ids_in(headers.iter().copied()));
                }
            }
        }
        if beside.was_sent {
            state.origin.outdated |= matches!(here, Side::Client(_));
            let link = state.origin.former.take().and_then(|former| former.id);
            state.origin.former = Some(Box::new(Former { id: link, ..beside }));
        }
        state
    }

    pub(super) fn start_save(this: &Arc<Self>, here: &Side, session: &Session) -> Save {
        let (this, here) = (Arc::clone(this), here.clone());
        if session.lock().origin.former.is_some() {
            let session = session.clone();
            return Save::Waits(Box::pin(async move { this.save(&here, &session).await }));
        }
        match here.start_save(session) {
            Save::Done(saved) => Save::Done(this.with_removals(&here, saved)),
            Save::Waits(saved) => Save::Waits(Box::pin(async move {
                let saved = saved.await;
                this.with_removals(&here, saved)
            })),
        }
    }

    /// Saves a session that came from a former manager, or beside cookies of former managers.
    async fn save(&self, here: &Side, session: &Session) -> Result<Reply, Error> {
        let (former, is_modified, is_over, varies) = {
            let state = session.lock();
            let is_over = state.destroyed || (state.is_blank() && state.is_modified());
            (state.origin.former.clone().unwrap_or_default(), state.is_modified(), is_over, state.accessed)
        };
        if is_over {
            return self.end(here, session, &former).await;
        }
        let saved = match here {
            Side::Client(_) => self.save_in_cookie(here, session, &former, is_modified).await,
            Side::Server(keeper) => self.save_in_store(here, keeper, session, &former, is_modified).await,
        };
        match saved {
            Ok(reply) if reply.set_cookie.is_some() => Ok(self.with_all_removals(here, reply)),
            Err(why) if !is_modified => {
                here.courtesy_skipped(&why);
                Ok(Reply { varies, ..Reply::default() })
            }
            saved => saved,
        }
    }

    /// A cookie that says where it came from shows that the client has it: the former session ends, and the next cookie says so no more.
    async fn save_in_cookie(
        &self,
        here: &Side,
        session: &Session,
        former: &Former,
        is_modified: bool,
    ) -> Result<Reply, Error> {
        if let (None, Some(id)) = (former.taken_from, &former.id) {
            match self.retire_everywhere(id).await {
                Ok(()) => session.lock().origin.former = None,
                Err(why) if is_modified => here.courtesy_skipped(&why),
                Err(why) => return Err(why),
            }
        }
        here.save(session).await
    }

    /// The client is told of its new id once the former session has ended: until then the old one leads here.
    async fn save_in_store(
        &self,
        here: &Side,
        keeper: &ServerSideKeeper,
        session: &Session,
        former: &Former,
        is_modified: bool,
    ) -> Result<Reply, Error> {
        let was_kept = session.lock().origin.kept.is_some();
        let mut reply = here.save(session).await?;
        let (kept, is_settled, arrived) = {
            let origin = &session.lock().origin;
            (origin.kept.clone().map(|kept| kept.id), origin.former.is_none(), origin.arrived)
        };
        // Late: what the client holds is not ours to touch.
        let Some(kept) = kept.filter(|_| is_settled || !is_modified) else { return Ok(reply) };
        if let (false, Some(becomes)) = (was_kept, former.becomes.as_ref().filter(|id| **id != kept)) {
            let owner = session.lock().saved().newly_assigned_owner.clone();
            keeper.lead_on(becomes, &kept, owner).await?;
        }
        match self.retire_there(former).await {
            Ok(Retired::EndedByOthers) if arrived => {
                keeper.retire(&kept).await?;
                session.lock().settle(None, None);
                reply.set_cookie = None;
                return Ok(reply);
            }
            Ok(_) => {}
            Err(why) if former.becomes.as_ref().is_some_and(|becomes| *becomes == kept) => {
                here.courtesy_skipped(&why);
                reply.set_cookie = None;
                return Ok(reply);
            }
            Err(why) => here.courtesy_skipped(&why),
        }
        if reply.set_cookie.is_none() {
            reply = reply.telling(keeper.tell(session)?);
        }
        Ok(reply)
    }

    /// A logout: wherever the session is, and whatever came beside it.
    async fn end(&self, here: &Side, session: &Session, former: &Former) -> Result<Reply, Error> {
        let is_kept = session.lock().origin.kept.is_some();
        let mut ended = Ok(());
        for keeper in self.stores() {
            for id in former.id.iter().chain(&former.beside) {
                ended = ended.and(keeper.end_chain(id).await);
            }
        }
        if let (Side::Server(keeper), Some(becomes), false) = (here, &former.becomes, is_kept) {
            ended = ended.and(keeper.forestall(becomes).await);
        }
        match (here.save(session).await, ended) {
            (Ok(reply), Ok(())) => Ok(self.with_all_removals(here, reply)),
            (Err(why), _) | (Ok(_), Err(why)) => Err(self.with_removals_of(here, why)),
        }
    }

    async fn retire_there(&self, former: &Former) -> Result<Retired, Error> {
        let side = former.taken_from.and_then(|number| self.list.get(number)).map(|former| &former.side);
        let (Some(Side::Server(keeper)), Some(id)) = (side, &former.id) else { return Ok(Retired::Ended) };
        let is_ended = keeper.retire(id).await?;
        Ok(if is_ended || !keeper.rules.leaves_tombstones { Retired::Ended } else { Retired::EndedByOthers })
    }

    async fn retire_everywhere(&self, id: &SessionId) -> Result<(), Error> {
        for keeper in self.stores() {
            keeper.retire(id).await?;
        }
        Ok(())
    }

    fn stores(&self) -> impl Iterator<Item = &Arc<ServerSideKeeper>> {
        self.sides().filter_map(|side| match side {
            Side::Server(keeper) => Some(keeper),
            Side::Client(_) => None,
        })
    }

    /// What is said beside a cookie when no old one was sent: those of the same name are removed, for they cannot be told from the present
    /// one; at a logout all are.
    fn with_removals(&self, here: &Side, saved: Result<Reply, Error>) -> Result<Reply, Error> {
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
                let namesakes = self.removable(here).filter(|former| former.name() == present.name());
                reply.removals = namesakes.map(cookie::SessionCookie::remove).collect();
                Ok(reply)
            }
        }
    }

    fn with_all_removals(&self, here: &Side, reply: Reply) -> Reply {
        let removals = self.removable(here).map(cookie::SessionCookie::remove).collect();
        Reply { removals, varies: true, ..reply }
    }

    fn with_removals_of(&self, here: &Side, why: Error) -> Error {
        let why = why.with_removal(here.cookie().remove());
        self.removable(here).fold(why, |why, former| why.with_removal(former.remove()))
    }

    /// The cookies of former managers, each once; without the present one, which is set or removed in its own right.
    pub(super) fn removable<'s>(&'s self, here: &'s Side) -> impl Iterator<Item = &'s cookie::SessionCookie> {
        let cookies = || self.sides().map(Side::cookie);
        cookies().enumerate().filter_map(move |(number, former)| {
            let is_again = cookies().take(number).any(|earlier| earlier.is_same_as(former));
            (!is_again && !former.is_same_as(here.cookie())).then_some(former)
        })
    }
}

/// What became of a former session.
enum Retired {
    /// It has ended now, or it cannot be known.
    Ended,
    /// It had ended, and not because it was taken over.
    EndedByOthers,
}

impl FormerManager {
    /// The session of one of these cookies, as one of the present manager's.
    async fn hand_over(&self, number: usize, here: &Side, headers: &[&[u8]]) -> Result<Option<State>, Error> {
        match &self.side {
            Side::Client(keeper) => self.out_of_cookie(keeper, number, here, headers).await,
            Side::Server(keeper) => self.out_of_store(keeper, number, here, headers).await,
        }
    }

    async fn out_of_cookie(
        &self,
        keeper: &ClientSideKeeper,
        number: usize,
        here: &Side,
        headers: &[&[u8]],
    ) -> Result<Option<State>, Error> {
        let (state, Some(token)) = keeper.open_newest(headers.iter().copied(), Equal::First) else {
            return Ok(None);
        };
        let mut former = Former { taken_from: Some(number), was_sent: true, ..Former::default() };
        if let Side::Server(keeper) = here {
            let becomes = keeper.becomes(&token)?;
            let mut taken = keeper.open_ids(vec![becomes.clone()]).await?;
            if taken.origin.times.is_some() {
                former.becomes = Some(becomes);
                taken.origin.former = Some(Box::new(former));
                return Ok(Some(taken));
            }
            if taken.origin.is_known() {
                taken.origin.former = Some(Box::new(Former { was_sent: true, ..Former::default() }));
                return Ok(Some(taken));
            }
            former.becomes = Some(becomes);
        }
        let state = keeper.if_it_counts(state).await?;
        self.adopted(here, state, former, keeper.rules.says_when_it_began).await
    }

    async fn out_of_store(
        &self,
        keeper: &ServerSideKeeper,
        number: usize,
        here: &Side,
        headers: &[&[u8]],
    ) -> Result<Option<State>, Error> {
        let ids = keeper.ids_in(headers.iter().copied());
        if ids.is_empty() {
            return Ok(None);
        }
        let former = Former { taken_from: Some(number), was_sent: true, ..Former::default() };
        if let Side::Server(keeper) = here {
            let becomes =
                ids.iter().map(|id| keeper.becomes(id.as_str().as_bytes())).collect::<Result<Vec<_>, _>>()?;
            let mut taken = keeper.open_ids(becomes.clone()).await?;
            if taken.origin.is_known() && taken.origin.times.is_none() {
                let beside = Former { beside: ids, was_sent: true, ..Former::default() };
                taken.origin.former = Some(Box::new(beside));
                return Ok(Some(taken));
            }
            if taken.origin.is_known() {
                let is_taken = |becomes: &SessionId| taken.origin.id() == Some(becomes);
                let nth = becomes.iter().position(is_taken);
                let id = nth.and_then(|nth| ids.get(nth)).cloned();
                let becomes = nth.and_then(|nth| becomes.get(nth)).cloned();
                taken.origin.former = Some(Box::new(Former { id, becomes, ..former }));
                return Ok(Some(taken));
            }
        }
        let state = keeper.open_ids(ids).await?;
        let Some(id) = state.origin.kept.as_ref().map(|kept| kept.id.clone()) else { return Ok(None) };
        let becomes = match here {
            Side::Server(keeper) => Some(keeper.becomes(id.as_str().as_bytes())?),
            Side::Client(_) => None,
        };
        let former = Former { id: Some(id), becomes, ..former };
        self.adopted(here, state, former, keeper.rules.says_when_it_began).await
    }

    /// `None` if it is over by the present limits.
    async fn adopted(
        &self,
        here: &Side,
        state: State,
        former: Former,
        knows_beginning: bool,
    ) -> Result<Option<State>, Error> {
        let (now, owned_since) = (here.now(), state.origin.owned_since);
        let Some(mut present) = state.into_present() else { return Ok(None) };
        let owned_since = owned_since.unwrap_or(present.times.created);
        let created = if knows_beginning { present.times.created } else { now };
        present.times = Times { created, refreshed: now };
        if here.lifetime().is_expired(present.times, now) {
            return Ok(None);
        }
        Ok(Some(match here {
            Side::Client(keeper) => keeper.if_it_counts(keeper.adopt(present, owned_since, former)).await?,
            Side::Server(keeper) => keeper.adopt(present, owned_since, former),
        }))
    }
}
