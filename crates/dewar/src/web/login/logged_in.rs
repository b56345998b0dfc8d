//! The user who is logged in.

use std::fmt;
use std::ops::Deref;

use super::Forbidden;
use crate::manager::{Error, SessionManager};
use crate::session::{Session, SessionInfo};

/// The user who is logged in. A handler with this argument runs for nobody else.
///
/// It dereferences to the user, whose fields and methods can be used directly. Visitors who are not logged in are redirected to the login
/// page, or get the status 401. With `Option<LoggedIn<User>>` the handler runs for them as well.
///
/// An extractor, and a guard for a whole router or scope: see [`web::axum`](crate::web::axum#logins) and
/// [`web::actix_web`](crate::web::actix_web#logins).
///
/// The user is loaded once per request, for guards and handlers together.
#[derive(Clone)]
pub struct LoggedIn<U> {
    user: U,
    owner: String,
    session: Session,
    manager: SessionManager,
}

impl<U> LoggedIn<U> {
    pub(in crate::web) fn new(user: U, owner: String, session: Session, manager: SessionManager) -> Self {
        Self { user, owner, session, manager }
    }

    /// Returns the user without the session.
    pub fn into_user(self) -> U {
        self.user
    }

    /// Returns the session of the request.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the owner of the session when the user was loaded, as passed to `SessionUser::load`.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Returns the user's sessions, oldest first, for a page such as "where you are logged in". The session of this request [is
    /// marked](SessionInfo::is_current).
    ///
    /// # Errors
    /// As [`SessionManager::sessions_of`].
    pub async fn sessions(&self) -> Result<Vec<SessionInfo>, Error> {
        self.manager.sessions_of_stored(&self.owner, Some(&self.session)).await
    }

    /// Ends one of the user's sessions by its [handle](SessionInfo::handle). Returns `false` if the user has no session with this handle,
    /// for example if it belongs to another user.
    ///
    /// # Errors
    /// As [`SessionManager::sessions_of`].
    pub async fn end_session(&self, handle: &str) -> Result<bool, Error> {
        self.manager.end_session_of_stored(&self.owner, handle).await
    }

    /// Checks a permission with a function of your own. For a whole router use [`Allowed`](super::Allowed).
    ///
    /// # Errors
    /// [`Forbidden`], a response with the status 403, if the function returns `false`.
    pub fn require(&self, may: impl FnOnce(&U) -> bool) -> Result<(), Forbidden> {
        if may(&self.user) { Ok(()) } else { Err(Forbidden) }
    }

    /// "Log out everywhere else": ends the user's other sessions, and gives this one a new id. Call it when a password changes.
    ///
    /// ```
    /// # use dewar::web::axum::LoggedIn;
    /// # use dewar::error::Error;
    /// # struct User;
    /// # async fn handler(user: LoggedIn<User>) -> Result<(), Error> {
    /// user.end_other_sessions().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`SessionManager::end_other_sessions`]. Call it before any step that requires it.
    pub async fn end_other_sessions(&self) -> Result<usize, Error> {
        self.manager.end_other_sessions(&self.session).await
    }
}

impl<U> Deref for LoggedIn<U> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.user
    }
}

/// Shows the user.
impl<U: fmt::Debug> fmt::Debug for LoggedIn<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LoggedIn").field(&self.user).finish()
    }
}
