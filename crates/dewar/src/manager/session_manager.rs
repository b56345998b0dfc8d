//! The manager: a program's one way to its sessions.

use std::fmt;
use std::sync::Arc;

use super::client_side::ClientSideKeeper;
use super::error::Error;
use super::formers::Formers;
use super::observe::{Event, note_lost, note_lost_after_response};
use super::rehearsed;
use super::reply::Reply;
use super::server_side::{ServerSide, ServerSideKeeper, SessionInfo};
use super::settings::{ClientSide, SettingsError};
use super::side::{Save, Side};
use crate::clock::UnixTime;
use crate::cookie::SessionCookie;
use crate::session::{Rehearsal, Session, State, owner_name};
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
    side: Side,
    formers: Option<Arc<Formers>>,
    rehearsal: Option<Arc<dyn Rehearsal>>,
}

impl SessionManager {
    /// Sessions that live in the client's cookie.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to mend.
    pub fn client_side(settings: ClientSide) -> Result<Self, SettingsError> {
        let rehearsal = rehearsed::of_cookie(&settings.format);
        let side = Side::Client(Arc::new(ClientSideKeeper::new(settings)?));
        Ok(Self { side, formers: None, rehearsal })
    }

    /// Sessions that live in a store; the cookie names them.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to mend.
    pub fn server_side(settings: ServerSide) -> Result<Self, SettingsError> {
        let rehearsal = rehearsed::of_records(&settings.records);
        let side = Side::Server(Arc::new(ServerSideKeeper::new(settings)?));
        Ok(Self { side, formers: None, rehearsal })
    }

    /// The session that these `Cookie` headers name or hold; a new one if there is none, or if it is forged, over or broken.
    ///
    /// # Errors
    /// When our side is out of order. Whatever the client sent is no error.
    pub async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Session, Error> {
        let state = match &self.formers {
            None => self.side.open(cookie_headers).await?,
            Some(formers) => formers.open(&self.side, cookie_headers).await?,
        };
        Ok(self.session(state))
    }

    fn session(&self, state: State) -> Session {
        Session::new(state.rehearsed_by(self.rehearsal.as_ref()))
    }

    /// [`open`](Self::open) without waiting; gives the cookies back if a store is to be asked.
    pub(crate) fn open_at_once<'h, I: IntoIterator<Item = &'h [u8]>>(
        &self,
        cookie_headers: I,
    ) -> Result<Session, I> {
        if self.formers.is_some() {
            return Err(cookie_headers);
        }
        self.side.open_at_once(cookie_headers).map(|state| self.session(state))
    }

    /// Keeps what was done to the session, before the response head leaves, and tells what the response must say.
    ///
    /// What is done to the session meanwhile is kept by the next save; so is everything if this one fails or is dropped. Of two saves of one
    /// session in a store the second waits for the first.
    ///
    /// After the response has left (in a stream, in a task of its own), a session that lives in a store can still be saved: keep the
    /// manager and the session, and call this. One whose client would need another cookie cannot, as it is new, asked for a new id, or lives
    /// in the cookie: that is an error of the kind [`Unsupported`](crate::ErrorKind::Unsupported).
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
        if let lost @ 1.. = session.lock().take_changes_after_destroy() {
            note_lost(Event::ChangedAfterDestroy, lost);
        }
        match &self.formers {
            None => self.side.start_save(session),
            Some(formers) => Formers::start_save(formers, &self.side, session),
        }
    }

    /// Says that the session's response has left. Changes that are made from now on, and that nobody [saves](Self::save), are lost, and counted
    /// as `changed_after_response`. [`SessionLayer`](crate::web::tower::SessionLayer) calls it; so should a layer of your own.
    pub fn answered(&self, session: &Session) {
        session.answered(note_lost_after_response);
    }

    /// What was to be done for a session that its request did not change could not be done: it is counted, and left for another time.
    pub(crate) fn courtesy_skipped(&self, why: &Error) {
        self.side.courtesy_skipped(why);
    }

    /// Takes over the sessions of the manager that kept them before, exactly as it was set up: its cookie's name, `Domain` and `Path`, its
    /// keys, format, store and records. So Flask's cookies become sealed ones, cookies move into a store, a store's sessions into another
    /// one or into the cookie, and a cookie gets another name, `Domain` or `Path`, and nobody is logged out.
    ///
    /// A former session is looked for only while the client has no cookie of the present name (or, if the names are the same, none that
    /// opens here), and only before `until`: on a domain that is shared, a neighbour could plant an old cookie, which often has no
    /// `__Host-` prefix. It is taken over with its data, owner and permanence; it is kept here when the request is saved, and the old cookie
    /// is removed in the response that sets the new one. If the request changed nothing, that is a courtesy: what fails is left for another
    /// time. A record is ended in the former store once the session is kept here; if it moves into a cookie, once the client is known to
    /// have that. A logout ends the former session, too, and removes the cookies of all former managers.
    ///
    /// **Times.** The idle time starts anew. When it began is carried over, so that an absolute limit counts from there, from sealed cookies
    /// and Dewar's own records; Flask's formats do not say it, and the limit starts when the session is taken over.
    ///
    /// **What is lost.** Nothing if the session moves into a store: parallel and repeated first requests find the same session there. Into a
    /// cookie: as with any cookie, of two parallel requests that change it the last response wins. A copy of an old cookie that was itself the
    /// session (Flask's, sealed) opens it until `until`, even after a logout; no server can end it. `at_most` counts the sessions that have
    /// moved already.
    ///
    /// A program whose cookie gets another `Domain` or `Path` gives the same settings with the old ones as the former manager. Of several
    /// cookies of one name that open the newest counts, and the others are removed.
    ///
    /// Call it once for each former manager, the latest first; those of the former manager itself come along.
    ///
    /// ```
    /// # use dewar::clock::UnixTime;
    /// # use dewar::{ClientSide, SecretKeys, SessionManager, SettingsError};
    /// # fn manager(keys: SecretKeys) -> Result<SessionManager, SettingsError> {
    /// let flask = SessionManager::client_side(ClientSide::flask(keys.clone()))?;
    /// let until = UnixTime::from_seconds(1_798_761_600); // 2027-01-01
    /// Ok(SessionManager::client_side(ClientSide::new(keys))?.moved_from(flask, until))
    /// # }
    /// ```
    #[must_use]
    pub fn moved_from(self, former: Self, until: UnixTime) -> Self {
        let formers = Formers::and(self.formers.as_deref(), former.side, former.formers.as_deref(), until);
        Self { formers: Some(Arc::new(formers)), ..self }
    }

    /// The sessions of an owner that are alive, the oldest first: whose [`Session::set_owner`] said so. `current` is marked among them. Those
    /// that are still in a former store are among them.
    ///
    /// # Errors
    /// When the store fails or knows no owners, or sessions live in cookies.
    pub async fn sessions_of(
        &self,
        owner: &str,
        current: Option<&Session>,
    ) -> Result<Vec<SessionInfo>, Error> {
        let owner = &owner_name(owner);
        let mut sessions = self.in_store()?.sessions_of(owner, current).await?;
        for keeper in self.former_stores() {
            sessions.extend(keeper.sessions_of(owner, None).await?);
        }
        sessions.sort_by_key(|session| session.created);
        Ok(sessions)
    }

    /// Ends one of an owner's sessions by its [handle](SessionInfo::handle). `false`: the owner has none of that handle (any more).
    ///
    /// # Errors
    /// As [`sessions_of`](Self::sessions_of).
    pub async fn end_session(&self, owner: &str, handle: &str) -> Result<bool, Error> {
        let owner = &owner_name(owner);
        if self.in_store()?.end_session(owner, handle).await? {
            return Ok(true);
        }
        for keeper in self.former_stores() {
            if keeper.end_session(owner, handle).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends all sessions of an owner, but for `except`: "log out everywhere else". Tells how many, if they live in a store; of those that
    /// live in cookies, which [`ClientSide::epochs`] ends, nobody knows the number: 0. Save `except` afterwards, as at the end of every request.
    ///
    /// Those in former stores end, too. A former cookie that nobody took over yet is ended only if its manager has epochs.
    ///
    /// # Errors
    /// When the store fails or knows no owners, or sessions live in cookies and no store keeps epochs.
    pub async fn end_sessions_of(&self, owner: &str, except: Option<&Session>) -> Result<usize, Error> {
        let owner = owner_name(owner);
        let mut ended = match &self.side {
            Side::Client(keeper) => keeper.end_all(&owner.as_str().into(), except).await.map(|()| 0)?,
            Side::Server(keeper) => {
                let except = except.and_then(|session| keeper.key_of(session));
                keeper.end_all(&owner, except).await?
            }
        };
        let moves = except.and_then(|session| session.lock().origin.former.as_ref()?.id.clone());
        for former in self.formers.iter().flat_map(|formers| formers.sides()) {
            ended += match former {
                Side::Server(keeper) if keeper.knows_owners() => {
                    keeper.end_all(&owner, moves.as_ref().map(|id| keeper.key(id))).await?
                }
                Side::Client(keeper) if !keeper.is_on_its_own() => {
                    keeper.end_all(&owner.as_str().into(), None).await.map(|()| 0)?
                }
                _ => 0,
            };
        }
        Ok(ended)
    }

    /// The former stores that know whose a session is.
    fn former_stores(&self) -> impl Iterator<Item = &ServerSideKeeper> {
        self.formers.iter().flat_map(|formers| formers.sides()).filter_map(|side| match side {
            Side::Server(keeper) if keeper.knows_owners() => Some(&**keeper),
            _ => None,
        })
    }

    /// Removes what has expired of this program's from the store, at most so many entries, and tells how many they were. 0 if the engine
    /// does it by itself, or if sessions live in cookies alone. The crate `dewar-stores` has a task that does it again and again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, at_most: usize) -> Result<usize, Error> {
        match &self.side {
            Side::Client(keeper) => keeper.sweep(at_most).await,
            Side::Server(keeper) => keeper.sweep(at_most).await,
        }
    }

    /// Whether there is anything to [sweep](Self::sweep), now or later.
    #[must_use]
    pub fn needs_sweeping(&self) -> bool {
        match &self.side {
            Side::Client(keeper) => keeper.needs_sweeping(),
            Side::Server(keeper) => keeper.needs_sweeping(),
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
        match &self.side {
            Side::Client(_) => Err(Error::no_owners()),
            Side::Server(keeper) => Ok(keeper),
        }
    }

    /// The name of the session cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        self.side.cookie().name()
    }

    /// The values of the `Set-Cookie` headers that have a client forget its session: one, and one for each cookie of
    /// [former managers](Self::moved_from).
    ///
    /// For a logout while the store is down. The session cannot be opened then, so that nothing ends it; but the browser in front of which
    /// somebody sits can be told to forget it. Whoever copied its cookie before has the session until its time is over. Do not send them with
    /// a session that is saved, which says what is to be said by itself.
    #[must_use]
    pub fn removals(&self) -> Vec<String> {
        let formers = self.formers.iter().flat_map(|formers| formers.removable(&self.side));
        std::iter::once(self.side.cookie()).chain(formers).map(SessionCookie::remove).collect()
    }

    /// Whether this value of a `Set-Cookie` header sets the session cookie: its name, for its `Domain` and `Path`.
    #[must_use]
    pub fn is_set_by(&self, set_cookie: &[u8]) -> bool {
        self.side.cookie().is_set_by(set_cookie)
    }

    /// Whether sessions are to be opened and saved even if the program never asks for them: Flask's
    /// `SESSION_REFRESH_EACH_REQUEST`.
    #[must_use]
    pub fn opens_untouched(&self) -> bool {
        self.side.opens_untouched()
    }
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match &self.side {
            Side::Client(_) => "client side",
            Side::Server(_) => "server side",
        };
        write!(f, "SessionManager({side}, cookie {:?})", self.cookie_name())
    }
}
