//! The logged-in user as an extractor.

use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};

use super::session::lazy_session;
use super::session_user::load;
use super::{Extraction, SessionRejection, SessionUser};
use crate::web::LocalPath;
use crate::web::login::{LoggedIn, NotLoggedIn, Wanted};

impl<U: SessionUser> FromRequest for LoggedIn<U> {
    type Error = LoginRejection;
    type Future = Extraction<Self, LoginRejection>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Extraction::later(request, logged_in(request.clone()))
    }
}

async fn logged_in<U: SessionUser>(request: HttpRequest) -> Result<LoggedIn<U>, LoginRejection> {
    let (session, loaded) = load(&request).await?;
    match loaded.zip(lazy_session(&request)) {
        Some(((owner, user), layer)) => Ok(LoggedIn::new(user, owner, session, layer.manager().clone())),
        None => Err(LoginRejection::NotLoggedIn(not_logged_in(&request, U::LOGIN_PAGE))),
    }
}

fn not_logged_in(request: &HttpRequest, page: Option<&str>) -> NotLoggedIn {
    let wanted = Wanted {
        path: request.path(),
        path_and_query: request.uri().path_and_query().map(|wanted| wanted.as_str()),
        is_get: matches!(*request.method(), Method::GET | Method::HEAD),
    };
    NotLoggedIn::at(&wanted, page)
}

/// The rejection of the extractor [`LoggedIn`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LoginRejection {
    /// Nobody is logged in.
    NotLoggedIn(NotLoggedIn),
    /// There is no session: the middleware is missing or the store fails.
    Session(SessionRejection),
    /// The user could not be loaded: [`SessionUser::Error`].
    User(Rc<actix_web::Error>),
}

impl LoginRejection {
    /// Whether something failed on the server.
    pub(super) fn is_failure(&self) -> bool {
        use SessionRejection::{NotConverted, Unavailable};
        matches!(self, Self::User(_) | Self::Session(Unavailable(_) | NotConverted(_)))
    }

    /// Whether this value is all there is of a failure.
    pub(super) fn is_held_once(&self) -> bool {
        match self {
            Self::User(error) => Rc::strong_count(error) == 1,
            Self::Session(SessionRejection::Unavailable(error)) => Arc::strong_count(error) == 1,
            Self::Session(SessionRejection::NotConverted(error)) => Arc::strong_count(error) == 1,
            _ => false,
        }
    }
}

impl fmt::Display for LoginRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoggedIn(_) => f.write_str("nobody is logged in"),
            Self::Session(rejection) => rejection.fmt(f),
            Self::User(error) => write!(f, "the user could not be loaded: {error}"),
        }
    }
}

impl ResponseError for LoginRejection {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotLoggedIn(rejection) => not_logged_in_status(rejection),
            Self::Session(rejection) => rejection.status_code(),
            Self::User(error) => error.as_response_error().status_code(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::NotLoggedIn(rejection) => not_logged_in_response(rejection),
            Self::Session(rejection) => rejection.error_response(),
            Self::User(error) => error.error_response(),
        }
    }
}

/// A redirect (303) to the login page, or 401.
fn not_logged_in_response(rejection: &NotLoggedIn) -> HttpResponse {
    let mut response = HttpResponse::new(not_logged_in_status(rejection));
    if let Some(Ok(page)) = rejection.login_page().map(HeaderValue::try_from) {
        response.headers_mut().insert(LOCATION, page);
    }
    response
}

fn not_logged_in_status(rejection: &NotLoggedIn) -> StatusCode {
    match rejection.login_page().map(HeaderValue::try_from) {
        Some(Ok(_)) => StatusCode::SEE_OTHER,
        _ => StatusCode::UNAUTHORIZED,
    }
}

/// The `next` parameter of the request's query, a path on this site, or `/` if there is none.
///
/// ```
/// use actix_web::web::Redirect;
/// use dewar::Session;
/// use dewar::web::LocalPath;
///
/// async fn log_in(session: Session, next: LocalPath) -> Redirect {
///     session.log_in("user:42");
///     Redirect::to(next.to_string()).see_other()
/// }
/// # let _: actix_web::Route = actix_web::web::post().to(log_in);
/// ```
impl FromRequest for LocalPath {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::next_in(request.query_string())))
    }
}
