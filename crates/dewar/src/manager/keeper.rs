//! The manager: a program's one way to its sessions.

use std::fmt;
use std::sync::Arc;

use super::client_side::ClientSideKeeper;
use super::error::Error;
use super::reply::Reply;
use super::settings::{ClientSide, SettingsError};
use crate::session::Session;

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
    keeper: Arc<ClientSideKeeper>,
}

impl SessionManager {
    /// Sessions that live in the client's cookie.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to mend.
    pub fn client_side(settings: ClientSide) -> Result<Self, SettingsError> {
        Ok(Self { keeper: Arc::new(ClientSideKeeper::new(settings)?) })
    }

    /// The session that these `Cookie` headers name or hold; a new one if there is none, or if it is forged, over or broken.
    ///
    /// # Errors
    /// When our side is out of order. Whatever the client sent is no error.
    pub async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Session, Error> {
        Ok(self.open_at_once(cookie_headers))
    }

    /// Keeps what was done to the session, before the response head leaves, and tells what the response must say.
    ///
    /// # Errors
    /// When it cannot be kept: too large for a cookie, a value that the format has no word for, or our side out of order. The response
    /// must then not pretend that it was kept.
    pub async fn save(&self, session: &Session) -> Result<Reply, Error> {
        self.save_at_once(session)
    }

    /// [`open`](Self::open), as a cookie is read without waiting for anything.
    pub(crate) fn open_at_once<'h>(&self, cookie_headers: impl IntoIterator<Item = &'h [u8]>) -> Session {
        Session::new(self.keeper.open(cookie_headers))
    }

    /// [`save`](Self::save), as a cookie is written without waiting for anything: no future to be kept, no allocation for it.
    pub(crate) fn save_at_once(&self, session: &Session) -> Result<Reply, Error> {
        self.keeper.save(&session.lock())
    }

    /// The name of the session cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        self.keeper.cookie().name()
    }

    /// Whether this value of a `Set-Cookie` header sets the session cookie.
    #[must_use]
    pub fn is_set_by(&self, set_cookie: &[u8]) -> bool {
        self.keeper.cookie().is_set_by(set_cookie)
    }

    /// Whether sessions are to be opened and saved even if the program never asks for them: Flask's
    /// `SESSION_REFRESH_EACH_REQUEST`.
    #[must_use]
    pub fn opens_untouched(&self) -> bool {
        self.keeper.opens_untouched()
    }
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionManager(client side, cookie {:?})", self.cookie_name())
    }
}
