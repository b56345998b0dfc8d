//! The manager: a program's one way to its sessions.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::client_side::ClientSideKeeper;
use super::error::Error;
use super::reply::Reply;
use super::server_side::{Saving, ServerSide, ServerSideKeeper, SessionInfo};
use super::settings::{ClientSide, SettingsError};
use crate::session::Session;
use crate::store::StoreKey;

/// Opens and saves sessions. Cheap to clone; not generic, so that it can be named in a struct.
///
/// Frameworks call it for you (see [`web`](crate::web)); on your own:
///
/// ```
/// # use dewar::{ClientSide, SecretKeys, SessionManager};
/// # async fn respond(manager: SessionManager) -> Result<(), dewar::Error> {
/// let session = manager.open([b"theme=dark".as_slice()]).await?;
/// session.insert_value("user", "zoe");
/// let reply = manager.save(&session).await?;
/// assert!(reply.set_cookie().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SessionManager {
    keeper: Keeper,
}

#[derive(Clone)]
enum Keeper {
    ClientSide(Arc<ClientSideKeeper>),
    ServerSide(Arc<ServerSideKeeper>),
}

/// A save that may have to wait.
pub(crate) enum Save {
    Done(Result<Reply, Error>),
    Waits(Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>),
}

impl SessionManager {
    /// Sessions that live in the client's cookie.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to mend.
    pub fn client_side(settings: ClientSide) -> Result<Self, SettingsError> {
        Ok(Self { keeper: Keeper::ClientSide(Arc::new(ClientSideKeeper::new(settings)?)) })
    }

    /// Sessions that live in a store; the cookie names them.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to mend.
    pub fn server_side(settings: ServerSide) -> Result<Self, SettingsError> {
        Ok(Self { keeper: Keeper::ServerSide(Arc::new(ServerSideKeeper::new(settings)?)) })
    }

    /// The session that these `Cookie` headers name or hold; a new one if there is none, or if it is forged, over or broken.
    ///
    /// # Errors
    /// When our side is out of order. Whatever the client sent is no error.
    pub async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Session, Error> {
        match &self.keeper {
            Keeper::ClientSide(keeper) => {
                let state = keeper.open(cookie_headers);
                Ok(Session::new(keeper.if_it_counts(state).await?))
            }
            Keeper::ServerSide(keeper) => {
                let presented = keeper.presented(cookie_headers);
                Ok(Session::new(keeper.open(presented).await?))
            }
        }
    }

    /// [`open`](Self::open) without waiting: `None` if a store is to be asked.
    #[cfg(feature = "tower")]
    pub(crate) fn open_at_once<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Option<Session> {
        match &self.keeper {
            Keeper::ClientSide(keeper) if keeper.is_on_its_own() => {
                Some(Session::new(keeper.open(cookie_headers)))
            }
            _ => None,
        }
    }

    /// Keeps what was done to the session, before the response head leaves, and tells what the response must say.
    ///
    /// What is done to the session meanwhile is kept by the next save; so is everything if this one fails or is dropped. Of two saves of one
    /// session in a store the second waits for the first.
    ///
    /// # Errors
    /// When it cannot be kept: too large, a value that the format has no word for, our side out of order, or ended meanwhile where
    /// [`WhenEnded::Refuse`](crate::WhenEnded::Refuse) asks to be told. The response must then not pretend that it was kept. An error
    /// may carry a [`set_cookie`](Error::set_cookie) that shall go out all the same.
    pub async fn save(&self, session: &Session) -> Result<Reply, Error> {
        match self.start_save(session) {
            Save::Done(done) => done,
            Save::Waits(save) => save.await,
        }
    }

    /// [`save`](Self::save), done at once if nothing is to be asked of a store: no future to be kept, no allocation for it.
    pub(crate) fn start_save(&self, session: &Session) -> Save {
        match &self.keeper {
            Keeper::ClientSide(keeper) => start_client_side(keeper, session),
            Keeper::ServerSide(keeper) => start_server_side(keeper, session),
        }
    }

    /// What was to be done for a session that its request did not change could not be done: it is counted, and left for another time.
    #[cfg(feature = "tower")]
    pub(crate) fn courtesy_skipped(&self, why: &Error) {
        match &self.keeper {
            Keeper::ClientSide(keeper) => keeper.courtesy_skipped(why),
            Keeper::ServerSide(keeper) => keeper.courtesy_skipped(why),
        }
    }

    /// The sessions of an owner that are alive, the oldest first: whose [`Session::set_owner`] said so. `current` is marked among them.
    ///
    /// # Errors
    /// When the store fails or knows no owners, or sessions live in cookies.
    pub async fn sessions_of(
        &self,
        owner: &str,
        current: Option<&Session>,
    ) -> Result<Vec<SessionInfo>, Error> {
        self.in_store()?.sessions_of(owner, current).await
    }

    /// Ends one of an owner's sessions by its [handle](SessionInfo::handle). `false`: the owner has none of that handle (any more).
    ///
    /// # Errors
    /// As [`sessions_of`](Self::sessions_of).
    pub async fn end_session(&self, owner: &str, handle: &str) -> Result<bool, Error> {
        self.in_store()?.end_session(owner, handle).await
    }

    /// Ends all sessions of an owner, but for `except`: "log out everywhere else". Tells how many, if they live in a store; of those that
    /// live in cookies, which [`ClientSide::epochs`] ends, nobody knows the number: 0. Save `except` afterwards, as at the end of every request.
    ///
    /// # Errors
    /// When the store fails or knows no owners, or sessions live in cookies and no store keeps epochs.
    pub async fn end_sessions_of(&self, owner: &str, except: Option<&Session>) -> Result<usize, Error> {
        match &self.keeper {
            Keeper::ClientSide(keeper) => keeper.end_all(&owner.into(), except).await.map(|()| 0),
            Keeper::ServerSide(keeper) => keeper.end_all(owner, except).await,
        }
    }

    /// Removes what has expired of this program's from the store, at most so many entries, and tells how many they were. 0 if the engine
    /// does it by itself, or if sessions live in cookies alone. The crate `dewar-stores` has a task that does it again and again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, at_most: usize) -> Result<usize, Error> {
        match &self.keeper {
            Keeper::ClientSide(keeper) => keeper.sweep(at_most).await,
            Keeper::ServerSide(keeper) => keeper.sweep(at_most).await,
        }
    }

    /// Whether there is anything to [sweep](Self::sweep), now or later.
    #[must_use]
    pub fn needs_sweeping(&self) -> bool {
        match &self.keeper {
            Keeper::ClientSide(keeper) => keeper.needs_sweeping(),
            Keeper::ServerSide(keeper) => keeper.needs_sweeping(),
        }
    }

    /// The key under which the store keeps a session: for those who look into stores, with
    /// [`NativeRecord::read`](crate::NativeRecord::read). `None` for one that lives in a cookie, that is not kept yet, or not any more.
    /// No look at the session. In Flask-Session's records the key has the id in it: never show it there.
    #[must_use]
    pub fn store_key(&self, session: &Session) -> Option<StoreKey> {
        self.in_store().ok()?.key_of(session)
    }

    fn in_store(&self) -> Result<&ServerSideKeeper, Error> {
        match &self.keeper {
            Keeper::ClientSide(_) => Err(Error::no_owners()),
            Keeper::ServerSide(keeper) => Ok(keeper),
        }
    }

    /// The name of the session cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        match &self.keeper {
            Keeper::ClientSide(keeper) => keeper.cookie().name(),
            Keeper::ServerSide(keeper) => keeper.cookie().name(),
        }
    }

    /// Whether this value of a `Set-Cookie` header sets the session cookie: its name, for its `Domain` and `Path`.
    #[must_use]
    pub fn is_set_by(&self, set_cookie: &[u8]) -> bool {
        match &self.keeper {
            Keeper::ClientSide(keeper) => keeper.cookie().is_set_by(set_cookie),
            Keeper::ServerSide(keeper) => keeper.cookie().is_set_by(set_cookie),
        }
    }

    /// Whether sessions are to be opened and saved even if the program never asks for them: Flask's
    /// `SESSION_REFRESH_EACH_REQUEST`.
    #[must_use]
    pub fn opens_untouched(&self) -> bool {
        match &self.keeper {
            Keeper::ClientSide(keeper) => keeper.opens_untouched(),
            Keeper::ServerSide(keeper) => keeper.opens_untouched(),
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
            match keeper.decide(&session) {
                Saving::Done(done) => done,
                Saving::Todo(plan) => keeper.carry_out(&permit, plan).await,
            }
        }));
    };
    match keeper.decide(session) {
        Saving::Done(done) => Save::Done(done),
        Saving::Todo(plan) => Save::Waits(Box::pin(async move { keeper.carry_out(&permit, plan).await })),
    }
}

/// What lives in a cookie is written at once, unless it must be stamped for its owner.
fn start_client_side(keeper: &Arc<ClientSideKeeper>, session: &Session) -> Save {
    let state = session.lock();
    let Some(owner) = keeper.owner_to_stamp(&state) else { return Save::Done(keeper.save(&state)) };
    let (keeper, session) = (Arc::clone(keeper), session.clone());
    Save::Waits(Box::pin(async move { keeper.save_stamped(&session, owner).await }))
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match &self.keeper {
            Keeper::ClientSide(_) => "client side",
            Keeper::ServerSide(_) => "server side",
        };
        write!(f, "SessionManager({side}, cookie {:?})", self.cookie_name())
    }
}
