//! The manager: opens and saves all sessions of a program.

use std::fmt;
use std::sync::Arc;

use super::client_side::ClientSide;
use super::cookie_place::CookiePlace;
use super::error::Error;
use super::observe::{Event, note_lost, note_lost_after_response};
use super::opening::Unopened;
use super::place::Place;
use super::previous::PreviousManagers;
use super::server_side::ServerSide;
use super::session_headers::SessionHeaders;
use super::settings_error::SettingsError;
use super::store_place::StorePlace;
use crate::clock::UnixTime;
use crate::cookie::{self, SessionCookie};
use crate::session::Session;
use crate::store::Answer;

/// Opens and saves sessions. It is cheap to clone and not generic, so it is easy to store in a struct.
///
/// The adapters for frameworks use it (see [`web`](crate::web)). Without an adapter:
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
    /// Creates a manager of sessions that are stored in the client's cookie.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to fix.
    pub fn client_side(settings: ClientSide) -> Result<Self, SettingsError> {
        Ok(Self { place: Place::Cookie(Arc::new(CookiePlace::new(settings)?)), previous: None })
    }

    /// Creates a manager of sessions in a store; the cookie holds the id.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to fix.
    pub fn server_side(settings: ServerSide) -> Result<Self, SettingsError> {
        Ok(Self { place: Place::Store(Arc::new(StorePlace::new(settings)?)), previous: None })
    }

    /// Opens the session that these `Cookie` headers identify or contain, or a new session if there is none or the cookie is forged,
    /// expired or broken.
    ///
    /// # Errors
    /// When something on the server fails, such as the store. Invalid data from the client is never an error.
    pub async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Session, Error> {
        let opened = match self.start_open(cookie_headers) {
            Ok(opened) => opened,
            Err(mut unopened) => unopened.open().await,
        };
        opened.map_err(Error::open_failed)
    }

    /// [`open`](Self::open) without waiting, and without logging a failure. Returns what is left to do if a store may have to wait.
    pub(crate) fn start_open<'a, 'h: 'a>(
        &'a self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Result<Session, Error>, Unopened<'a>> {
        match &self.previous {
            None => self.place.start_open(cookie_headers),
            Some(previous) => {
                let cookie_headers = cookie_headers.into_iter().collect();
                Err(Unopened::with_previous(previous.open(&self.place, cookie_headers)))
            }
        }
    }

    /// Whether [`start_open`](Self::start_open) leaves nothing to do.
    pub(crate) fn opens_at_once(&self) -> bool {
        self.previous.is_none() && self.place.opens_at_once()
    }

    /// [`save`](Self::save), done immediately if no store has to wait, without allocating a future.
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

    /// Notes that the session's response has been sent. Changes made from now on that are never [saved](Self::save) are lost, and counted
    /// as `changed_after_response`. [`SessionLayer`](crate::web::tower::SessionLayer) calls this; a layer of your own should, too.
    pub fn mark_response_sent(&self, session: &Session) {
        session.lock().mark_response_sent(note_lost_after_response);
    }

    /// [`mark_response_sent`](Self::mark_response_sent), and the lines of earlier saves that the response must carry.
    pub(crate) fn response_sent(&self, session: &Session) -> Vec<String> {
        let mut state = session.lock();
        state.mark_response_sent(note_lost_after_response);
        state.take_unsent()
    }

    /// Counts a best-effort step that failed for a session its request did not change. A later request tries again.
    pub(crate) fn best_effort_skipped(&self, why: &Error) {
        self.place.setup().best_effort_skipped(why);
    }

    /// Migrates sessions from a previous manager. Set up that manager exactly as before: its cookie's name, `Domain` and `Path`, its keys,
    /// format, store and records. This is how Flask's cookies become sealed ones, cookies move into a store, sessions move from one store
    /// to another or into the cookie, and a cookie changes its name, `Domain` or `Path`, without logging users out.
    ///
    /// A previous session is looked for only while the client has no cookie with the current name (or, if the names are the same, none that
    /// opens here), and only before `until`: on a shared domain, another site could plant an old cookie, which often has no `__Host-`
    /// prefix. The session is migrated with its data, owner and permanence. It is stored here when the request is saved, and the old cookie
    /// is removed by the response that sets the new one. If the request changed nothing, the migration is best effort: if it fails, a later
    /// request tries again. A record in the previous store is ended once the session is stored here, or, if it moves into a cookie, once
    /// the client is known to have that cookie. A logout also ends the previous session and removes the cookies of all previous managers.
    ///
    /// **Times.** The idle time starts again. The start of the session is carried over from sealed cookies and Dewar's own records, so that
    /// an absolute limit counts from there. Flask's formats do not contain it, so the limit counts from the migration.
    ///
    /// A session's [own lifetime](Session::set_timeouts) is kept, except in Flask's formats, which cannot store it.
    ///
    /// **What can be lost.** Nothing if the session moves into a store: parallel and repeated first requests find the same session there.
    /// If it moves into a cookie: as with any cookie, if two parallel requests change it, the last response wins. A copy of an old cookie
    /// that was itself the session (Flask's, sealed) opens it until `until`, even after a logout; no server can end it. A [session
    /// limit](ServerSide::session_limit) counts only sessions that have been migrated.
    ///
    /// To change the `Domain` or `Path` of the cookie, pass the same settings with the old values as the previous manager. If several
    /// cookies with the same name open, the newest is used and the others are removed.
    ///
    /// Call this once for each previous manager, the latest first. The previous managers of that manager are included.
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

    /// Removes up to `at_most` of this program's expired entries from the store, and returns how many were removed. Returns 0 if the engine
    /// removes them itself, or if sessions are only stored in cookies. The crate `dewar-stores` has a task that calls this periodically.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, at_most: usize) -> Result<usize, Error> {
        let Some((sweeper, prefix)) = self.place.sweeper() else { return Ok(0) };
        Ok(sweeper.sweep(prefix, at_most, self.place.setup().now()).await?)
    }

    /// Returns `true` if the program must [sweep](Self::sweep) expired entries.
    #[must_use]
    pub fn needs_sweeping(&self) -> bool {
        self.place.sweeper().is_some()
    }

    /// Returns the name of the session cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        self.place.cookie().name()
    }

    /// Returns the values of the `Set-Cookie` headers that remove the session cookie, and one for each cookie of [previous
    /// managers](Self::migrating_from).
    ///
    /// For a logout while the store is down. The session cannot be opened and ended in that case, but the browser can be told to remove its
    /// cookie. A copy of that cookie opens the session until it expires. Do not send these headers with a session that is saved, which
    /// sends its own.
    #[must_use]
    pub fn removal_cookies(&self) -> Vec<String> {
        let previous = self.previous.iter().flat_map(|previous| previous.removable(&self.place));
        std::iter::once(self.place.cookie()).chain(previous).map(SessionCookie::remove).collect()
    }

    /// Returns `true` if this value of a `Set-Cookie` header sets or removes the session cookie: its name, with its `Domain` and `Path`.
    #[must_use]
    pub fn is_session_cookie(&self, set_cookie: &[u8]) -> bool {
        self.place.cookie().is_set_by(set_cookie)
    }

    /// Returns `true` if sessions are opened and saved even if the program does not use them: Flask's `SESSION_REFRESH_EACH_REQUEST`.
    #[must_use]
    pub fn refreshes_each_request(&self) -> bool {
        self.place.setup().refreshes_each_request()
    }

    /// Whether a `Cookie` header has a cookie that this manager or a previous one reads.
    pub(crate) fn reads_cookie_in(&self, cookie_header: &[u8]) -> bool {
        let has = |place: &Place| cookie::find([cookie_header], place.cookie().name()).next().is_some();
        has(&self.place) || self.previous.iter().flat_map(|previous| previous.places()).any(has)
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
