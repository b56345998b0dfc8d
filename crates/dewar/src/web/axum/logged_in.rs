//! Who is logged in, as an extractor.

use std::convert::Infallible;
use std::fmt;
use std::ops::Deref;

use ::axum::extract::OriginalUri;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::header::{HeaderValue, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};

use super::session_user::load;
use super::{Forbidden, SessionRejection, SessionUser};
use crate::manager::{Error, SessionManager};
use crate::session::{Session, SessionInfo};
use crate::web::{LazySession, LocalPath};

/// The user who is logged in. A handler with this argument runs for nobody else.
///
/// It is the user: its fields and methods can be used directly. Visitors who are not logged in are sent to
/// [`SessionUser::LOGIN_PAGE`], or get the status 401. With `Option<LoggedIn<User>>` the handler runs for them, too.
///
/// ```
/// # use std::convert::Infallible;
/// # use dewar::web::axum::SessionUser;
/// use axum::response::Redirect;
/// use dewar::web::axum::{Forbidden, LoggedIn};
///
/// # #[derive(Clone)]
/// # struct User { name: String, is_admin: bool }
/// # impl SessionUser<()> for User {
/// #     type Error = Infallible;
/// #     async fn load(_: &str, _: &()) -> Result<Option<Self>, Infallible> { Ok(None) }
/// # }
/// async fn account(user: LoggedIn<User>) -> String {
///     format!("Hello {}", user.name)
/// }
///
/// async fn index(user: Option<LoggedIn<User>>) -> String {
///     user.map_or("Log in".to_owned(), |user| format!("Hello {}", user.name))
/// }
///
/// async fn delete_everything(user: LoggedIn<User>) -> Result<(), Forbidden> {
///     user.require(|user| user.is_admin)
/// }
///
/// async fn log_out(user: LoggedIn<User>) -> Redirect {
///     user.session().log_out();
///     Redirect::to("/")
/// }
/// # let app: axum::Router = axum::Router::new()
/// #     .route("/account", axum::routing::get(account)).route("/", axum::routing::get(index))
/// #     .route("/everything", axum::routing::delete(delete_everything)).route("/logout", axum::routing::post(log_out));
/// ```
///
/// As a guard of a whole router: `.route_layer(axum::middleware::from_extractor_with_state::<LoggedIn<User>, _>(state))`. The user is
/// loaded once, for the guard and for the handlers behind it.
#[derive(Clone)]
pub struct LoggedIn<U> {
    user: U,
    owner: String,
    session: Session,
    manager: SessionManager,
}

impl<U> LoggedIn<U> {
    /// The user, without the session.
    pub fn into_user(self) -> U {
        self.user
    }

    /// The session of the request.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The owner of the session when the user was loaded, as [`SessionUser::load`] got it.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The user's sessions, the oldest first, for a page such as "where you are logged in". The one of this request
    /// [is marked](SessionInfo::is_current).
    ///
    /// # Errors
    /// As [`SessionManager::sessions_of`].
    pub async fn sessions(&self) -> Result<Vec<SessionInfo>, Error> {
        self.manager.sessions_of_stored(&self.owner, Some(&self.session)).await
    }

    /// Ends one of the user's sessions by its [handle](SessionInfo::handle). `false`: the user has none of that handle (any more); so it is for
    /// sessions of other users.
    ///
    /// # Errors
    /// As [`SessionManager::sessions_of`].
    pub async fn end_session(&self, handle: &str) -> Result<bool, Error> {
        self.manager.end_session_of_stored(&self.owner, handle).await
    }

    /// Goes on if the user may, by a predicate of yours. For a whole router there is [`Allowed`](super::Allowed).
    ///
    /// # Errors
    /// [`Forbidden`], a response with the status 403, if the predicate says no.
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
    /// As [`SessionManager::end_other_sessions`]: call it before what must not be done without it.
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

impl<U: SessionUser<S>, S: Send + Sync> FromRequestParts<S> for LoggedIn<U> {
    type Rejection = LoginRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, LoginRejection> {
        let logged_in = logged_in(parts, state).await?;
        logged_in.ok_or_else(|| LoginRejection::NotLoggedIn(NotLoggedIn::of(parts, U::LOGIN_PAGE)))
    }
}

/// `None` if nobody is logged in. A store or a database that fails is still an error.
impl<U: SessionUser<S>, S: Send + Sync> OptionalFromRequestParts<S> for LoggedIn<U> {
    type Rejection = LoginRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, LoginRejection> {
        logged_in(parts, state).await
    }
}

async fn logged_in<U: SessionUser<S>, S: Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<Option<LoggedIn<U>>, LoginRejection> {
    let (session, loaded) = load(parts, state).await?;
    let layer = parts.extensions.get::<LazySession>();
    Ok(loaded.zip(layer).map(|((owner, user), layer)| LoggedIn {
        user,
        owner,
        session,
        manager: layer.manager().clone(),
    }))
}

/// Why there is no [`LoggedIn`].
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginRejection {
    /// Nobody is logged in.
    NotLoggedIn(NotLoggedIn),
    /// There is no session: no layer, or a store that fails.
    Session(SessionRejection),
    /// The user could not be loaded: the response that [`SessionUser::Error`] is.
    User(Box<Response>),
}

impl IntoResponse for LoginRejection {
    fn into_response(self) -> Response {
        match self {
            Self::NotLoggedIn(rejection) => rejection.into_response(),
            Self::Session(rejection) => rejection.into_response(),
            Self::User(response) => *response,
        }
    }
}

/// The `next` of the request's query, a path of this site; `/` if there is none.
///
/// ```
/// use axum::response::Redirect;
/// use dewar::Session;
/// use dewar::web::LocalPath;
///
/// async fn log_in(session: Session, next: LocalPath) -> Redirect {
///     session.log_in("user:42");
///     Redirect::to(next.as_str())
/// }
/// # let _: axum::routing::MethodRouter = axum::routing::post(log_in);
/// ```
impl<S: Sync> FromRequestParts<S> for LocalPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.uri.query().map_or_else(Self::default, Self::next_in))
    }
}

/// Nobody is logged in: a redirect to the login page, or the status 401.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotLoggedIn {
    login_page: Option<String>,
}

impl NotLoggedIn {
    /// The address of the login page, with the `next` of this request; `None` if there is none.
    #[must_use]
    pub fn login_page(&self) -> Option<&str> {
        self.login_page.as_deref()
    }

    /// A login page that asks for a login itself would lead to itself, again and again.
    fn of(parts: &Parts, page: Option<&str>) -> Self {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let path_of = |page: &str| page.split(['?', '#']).next() == Some(uri.path());
        let login_page = page.filter(|page| !path_of(page)).map(|page| {
            let wanted = uri.path_and_query().and_then(|wanted| LocalPath::parse(wanted.as_str()));
            match wanted.filter(|_| matches!(parts.method, Method::GET | Method::HEAD)) {
                Some(wanted) => wanted.as_next_of(page),
                None => page.to_owned(),
            }
        });
        Self { login_page }
    }
}

/// 303 with the login page, else 401.
impl IntoResponse for NotLoggedIn {
    fn into_response(self) -> Response {
        match self.login_page.map(HeaderValue::try_from) {
            Some(Ok(page)) => (StatusCode::SEE_OTHER, [(LOCATION, page)]).into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        }
    }
}
