//! The logged-in user as an extractor.

use std::convert::Infallible;

use ::axum::extract::OriginalUri;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::header::{HeaderValue, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};

use super::session_user::load;
use super::{SessionRejection, SessionUser};
use crate::web::login::{LoggedIn, NotLoggedIn, Wanted};
use crate::web::{LazySession, LocalPath};

impl<U: SessionUser<S>, S: Send + Sync> FromRequestParts<S> for LoggedIn<U> {
    type Rejection = LoginRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, LoginRejection> {
        let logged_in = logged_in(parts, state).await?;
        logged_in.ok_or_else(|| LoginRejection::NotLoggedIn(not_logged_in(parts, U::LOGIN_PAGE)))
    }
}

/// `None` if nobody is logged in. A failing store or database is still an error.
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
    Ok(loaded
        .zip(layer)
        .map(|((owner, user), layer)| LoggedIn::new(user, owner, session, layer.manager().clone())))
}

/// The rejection of the extractor [`LoggedIn`].
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginRejection {
    /// Nobody is logged in.
    NotLoggedIn(NotLoggedIn),
    /// There is no session: the layer is missing or the store fails.
    Session(SessionRejection),
    /// The user could not be loaded: the response made from [`SessionUser::Error`].
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

/// The `next` parameter of the request's query, a path on this site, or `/` if there is none.
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

fn not_logged_in(parts: &Parts, page: Option<&str>) -> NotLoggedIn {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    let wanted = Wanted {
        path: uri.path(),
        path_and_query: uri.path_and_query().map(|wanted| wanted.as_str()),
        is_get: matches!(parts.method, Method::GET | Method::HEAD),
    };
    NotLoggedIn::at(&wanted, page)
}

/// A redirect (303) to the login page, or 401.
impl IntoResponse for NotLoggedIn {
    fn into_response(self) -> Response {
        match self.login_page().map(HeaderValue::try_from) {
            Some(Ok(page)) => (StatusCode::SEE_OTHER, [(LOCATION, page)]).into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        }
    }
}
