//! The manager: opens and saves all sessions of a program.

use std::fmt;
use std::sync::Arc;

use super::client_side::ClientSide;
use super::cookie_place::CookiePlace;
use super::error::Error;
use super::observe::{Event, note_lost, note_lost_after_response};
use super::place::Place;
use super::previous::PreviousManagers;
use super::server_side::ServerSide;
use super::session_headers::SessionHeaders;
use super::settings_error::SettingsError;
use super::store_place::StorePlace;
use crate::clock::UnixTime;
use crate::cookie::SessionCookie;
use crate::session::Session;
use crate::store::Answer;

/// Opens and saves sessions. It is cheap to clone, and not generic, so that it is easy to store in a struct.
///
/// The adapters for frameworks call it (see [`web`](crate::web)). Without one:
///
/// ```
/// # use dewar::{ClientSide, SecretKeys, SessionManager};
/// # async fn respond(manager: SessionManager) -> Result<(), dewar::error::Error> {
/// let session = manager.open([b"theme=dark".as_slice()]).await?;
/// session.insert_value("user", "zoe");
/// let reply = manager.save(&session).await?;
/// assert!(reply.set_cookie().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SessionManager {
    pub(super) place: Place,
    pub(super) previous: Option<Arc<PreviousManagers>>,
}

impl SessionManager {
    /// A manager of sessions in the client's cookie.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to fix.
    pub fn client_side(settings: ClientSide) -> Result<Self, SettingsError> {
        Ok(Self { place: Place::Cookie(Arc::new(CookiePlace::new(settings)?)), previous: None })
    }

    /// A manager of sessions in a store; the cookie holds their ids.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to fix.
    pub fn server_side(settings: ServerSide) -> Result<Self, SettingsError> {
        Ok(Self { place: Place::Store(Arc::new(StorePlace::new(settings)?)), previous: None })
    }

    /// Opens the session that these `Cookie` headers name or hold; a new one if there is none, or if it is forged, expired or broken.
    ///
    /// # Errors
    /// When something on our side fails, such as the store. Nothing that the client sends is an error.
    pub async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Session, Error> {
        self.open_unnoticed(cookie_headers).await.map_err(|why| why.noted_as("open_failed"))
    }

    /// [`open`](Self::open) for a request that did not ask for it: a failure is not its own.
    pub(crate) async fn open_unnoticed<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Session, Error> {
        let opened = match &self.previous {
            None => self.place.open(cookie_headers).await,
            // On the heap, as it is large: the futures of programs without previous managers stay small.
            Some(previous) => Box::pin(previous.open(&self.place, cookie_headers)).await,
        };
        opened.map(Session::new)
    }

    /// [`open`](Self::open) without waiting; gives the cookies back if a store is to be asked.
    pub(crate) fn open_at_once<'h, I: IntoIterator<Item = &'h [u8]>>(
        &self,
        cookie_headers: I,
    ) -> Result<Session, I> {
        if self.previous.is_some() {
            return Err(cookie_headers);
        }
        self.place.open_at_once(cookie_headers).map(Session::new)
    }

    /// [`save`](Self::save), done at once if nothing is to be asked of a store: no future to be stored, no allocation for it.
    pub(crate) fn start_save(&self, session: &Session) -> Answer<'static, SessionHeaders, Error> {
        let lost = session.lock().take_changes_after_destroy();
        if lost > 0 {
            note_lost(Event::ChangedAfterDestroy, lost);
        }
        match &self.previous {
            None => self.place.start_save(session),
            Some(previous) => PreviousManagers::start_save(previous, &self.place, session),
        }
    }

    /// Says that the session's response has left. Changes that are made from now on, and that are never [saved](Self::save), are lost, and counted
    /// as `changed_after_response`. [`SessionLayer`](crate::web::tower::SessionLayer) calls it; so should a layer of your own.
    pub fn answered(&self, session: &Session) {
        session.answered(note_lost_after_response);
    }

    /// What was to be done for a session that its request did not change could not be done: it is counted, and left for another time.
    pub(crate) fn best_effort_skipped(&self, why: &Error) {
        self.place.setup().best_effort_skipped(why);
    }

    /// Takes over the sessions of the manager that stored them before, exactly as it was set up: its cookie's name, `Domain` and `Path`, its
    /// keys, format, store and records. So Flask's cookies become sealed ones, cookies move into a store, a store's sessions into another
    /// one or into the cookie, and a cookie gets another name, `Domain` or `Path`, and no user is logged out.
    ///
    /// A previous session is looked for only while the client has no cookie of the present name (or, if the names are the same, none that
    /// opens here), and only before `until`: on a domain that is shared, a neighbour could plant an old cookie, which often has no
    /// `__Host-` prefix. It is taken over with its data, owner and permanence; it is stored here when the request is saved, and the old cookie
    /// is removed in the response that sets the new one. If the request changed nothing, that is best effort: what fails is left for another
    /// time. A record is ended in the previous store once the session is stored here; if it moves into a cookie, once the client is known to
    /// have that. A logout ends the previous session, too, and removes the cookies of all previous managers.
    ///
    /// **Times.** The idle time starts again. When it began is carried over, so that an absolute limit counts from there, from sealed cookies
    /// and Dewar's own records; Flask's formats do not say it, and the limit starts when the session is taken over.
    ///
    /// A [lifetime of its own](Session::set_timeouts) comes along, but not into Flask's formats, which have no room for it.
    ///
    /// **What is lost.** Nothing if the session moves into a store: parallel and repeated first requests find the same session there. Into a
    /// cookie: as with any cookie, of two parallel requests that change it the last response wins. A copy of an old cookie that was itself the
    /// session (Flask's, sealed) opens it until `until`, even after a logout; no server can end it. `at_most` counts the sessions that have
    /// moved already.
    ///
    /// A program whose cookie gets another `Domain` or `Path` gives the same settings with the old ones as the previous manager. Of several
    /// cookies of one name that open the newest counts, and the others are removed.
    ///
    /// Call it once for each previous manager, the latest first; those of the previous manager itself come along.
    ///
    /// ```
    /// # use dewar::clock::UnixTime;
    /// # use dewar::error::SettingsError;
    /// # use dewar::{ClientSide, SecretKeys, SessionManager};
    /// # fn manager(keys: SecretKeys) -> Result<SessionManager, SettingsError> {
    /// let flask = SessionManager::client_side(ClientSide::flask(keys.clone()))?;
    /// let until = UnixTime::from_seconds(1_798_761_600); // 2027-01-01
    /// Ok(SessionManager::client_side(ClientSide::new(keys))?.migrating_from(flask, until))
    /// # }
    /// ```
    #[must_use]
    pub fn migrating_from(self, previous: Self, until: UnixTime) -> Self {
        let previous = PreviousManagers::and(
            self.previous.as_deref(),
            previous.place,
            previous.previous.as_deref(),
            until,
        );
        Self { previous: Some(Arc::new(previous)), ..self }
    }

    /// Removes this program's expired entries from the store, `at_most` of them, and returns how many they were. 0 if the engine
    /// does it by itself, or if sessions are stored in cookies only. The crate `dewar-stores` has a task that does it periodically.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, at_most: usize) -> Result<usize, Error> {
        let Some((sweeper, prefix)) = self.place.sweeper() else { return Ok(0) };
        Ok(sweeper.sweep(prefix, at_most, self.place.setup().now()).await?)
    }

    /// Whether there is anything to [sweep](Self::sweep), now or later.
    #[must_use]
    pub fn needs_sweeping(&self) -> bool {
        self.place.sweeper().is_some()
    }

    /// The name of the session cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        self.place.cookie().name()
    }

    /// The values of the `Set-Cookie` headers that have a client forget its session: one, and one for each cookie of
    /// [previous managers](Self::migrating_from).
    ///
    /// For a logout while the store is down. The session cannot be opened then, so that nothing ends it; but the browser
    /// can be told to remove its cookie. A copy of that cookie opens the session until it expires. Do not send them with
    /// a session that is saved, which says what is to be said by itself.
    #[must_use]
    pub fn removals(&self) -> Vec<String> {
        let previous = self.previous.iter().flat_map(|previous| previous.removable(&self.place));
        std::iter::once(self.place.cookie()).chain(previous).map(SessionCookie::remove).collect()
    }

    /// Whether this value of a `Set-Cookie` header sets the session cookie: its name, for its `Domain` and `Path`.
    #[must_use]
    pub fn is_set_by(&self, set_cookie: &[u8]) -> bool {
        self.place.cookie().is_set_by(set_cookie)
    }

    /// Whether sessions are to be opened and saved even if the program never asks for them: Flask's
    /// `SESSION_REFRESH_EACH_REQUEST`.
    #[must_use]
    pub fn opens_untouched(&self) -> bool {
        self.place.setup().opens_untouched()
    }
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match &self.place {
            Place::Cookie(_) => "client side",
            Place::Store(_) => "server side",
        };
        write!(f, "SessionManager({place}, cookie {:?})", self.cookie_name())
    }
}
