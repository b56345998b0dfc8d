//! The two ways of keeping sessions, behind one face.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::client_side::ClientSideKeeper;
use super::error::Error;
use super::reply::Reply;
use super::server_side::ServerSideKeeper;
use crate::clock::UnixTime;
use crate::cookie::SessionCookie;
use crate::lifetime::Lifetime;
use crate::session::{Session, State};
use crate::store::Answer;

/// Where sessions live: in the cookie, or in a store.
#[derive(Debug, Clone)]
pub(super) enum Side {
    Client(Arc<ClientSideKeeper>),
    Server(Arc<ServerSideKeeper>),
}

/// A save that may have to wait.
pub(crate) enum Save {
    Done(Result<Reply, Error>),
    Waits(Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>),
}

impl From<Save> for Answer<'static, Reply, Error> {
    fn from(save: Save) -> Self {
        match save {
            Save::Done(saved) => Self::Now(saved),
            Save::Waits(saved) => Self::Later(saved),
        }
    }
}

impl Side {
    pub(super) async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<State, Error> {
        match self {
            Self::Client(keeper) => {
                let state = keeper.open(cookie_headers);
                keeper.if_it_counts(state).await
            }
            Self::Server(keeper) => {
                let presented = keeper.presented(cookie_headers);
                keeper.open(presented).await
            }
        }
    }

    /// [`open`](Self::open) without waiting; gives the cookies back if a store is to be asked.
    pub(super) fn open_at_once<'h, I: IntoIterator<Item = &'h [u8]>>(
        &self,
        cookie_headers: I,
    ) -> Result<State, I> {
        match self {
            Self::Client(keeper) if keeper.is_on_its_own() => Ok(keeper.open(cookie_headers)),
            _ => Err(cookie_headers),
        }
    }

    /// Saves it, at once if nothing is to be asked of a store: no future to be kept, no allocation for it.
    pub(super) fn start_save(&self, session: &Session) -> Save {
        match self {
            Self::Client(keeper) => start_client_side(keeper, session),
            Self::Server(keeper) => start_server_side(keeper, session),
        }
    }

    /// Saves it, and waits for that.
    pub(super) async fn save(&self, session: &Session) -> Result<Reply, Error> {
        match self.start_save(session) {
            Save::Done(done) => done,
            Save::Waits(save) => save.await,
        }
    }

    pub(super) fn cookie(&self) -> &SessionCookie {
        match self {
            Self::Client(keeper) => keeper.cookie(),
            Self::Server(keeper) => keeper.cookie(),
        }
    }

    pub(super) fn lifetime(&self) -> &Lifetime {
        match self {
            Self::Client(keeper) => keeper.lifetime(),
            Self::Server(keeper) => keeper.lifetime(),
        }
    }

    pub(super) fn opens_untouched(&self) -> bool {
        match self {
            Self::Client(keeper) => keeper.opens_untouched(),
            Self::Server(keeper) => keeper.opens_untouched(),
        }
    }

    pub(super) fn now(&self) -> UnixTime {
        match self {
            Self::Client(keeper) => keeper.now(),
            Self::Server(keeper) => keeper.now(),
        }
    }

    /// What was to be done for a session that its request did not change could not be done.
    pub(super) fn courtesy_skipped(&self, why: &Error) {
        match self {
            Self::Client(keeper) => keeper.courtesy_skipped(why),
            Self::Server(keeper) => keeper.courtesy_skipped(why),
        }
    }
}

/// One save of a session after the other: what the first keeps is not for the second to keep once more.
fn start_server_side(keeper: &Arc<ServerSideKeeper>, session: &Session) -> Save {
    let keeper = Arc::clone(keeper);
    let Some(permit) = session.try_begin_save() else {
        let session = session.clone();
        return Save::Waits(Box::pin(async move {
            let permit = session.begin_save().await;
            let plan = keeper.plan(&session)?;
            if plan.asks_store() {
                keeper.save(&permit, plan).await
            } else {
                keeper.save_at_once(&session, plan)
            }
        }));
    };
    match keeper.plan(session) {
        Err(why) => Save::Done(Err(why)),
        Ok(plan) if plan.asks_store() => {
            Save::Waits(Box::pin(async move { keeper.save(&permit, plan).await }))
        }
        Ok(plan) => Save::Done(keeper.save_at_once(session, plan)),
    }
}

/// What lives in a cookie is written at once, unless it must be stamped for its owner.
fn start_client_side(keeper: &Arc<ClientSideKeeper>, session: &Session) -> Save {
    let plan = keeper.plan(&session.lock());
    match plan {
        Err(why) => Save::Done(Err(why)),
        Ok(plan) if plan.asks_store() => {
            let (keeper, session) = (Arc::clone(keeper), session.clone());
            Save::Waits(Box::pin(async move { keeper.save_stamped(&session, plan).await }))
        }
        Ok(plan) => Save::Done(keeper.save(&session.lock(), plan)),
    }
}
