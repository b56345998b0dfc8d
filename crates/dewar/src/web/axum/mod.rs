//! Sessions in axum: the layer and the extractors.
//!
//! The extractor opens the session: for a handler without a [`Session`] argument no cookie is read.
//!
//! ```
//! use axum::{Router, routing::get};
//! use dewar::web::axum::SessionLayer;
//! use dewar::value::ConvertError;
//! use dewar::{ClientSide, SecretKeys, Session, SessionManager};
//!
//! async fn visits(session: Session) -> Result<String, ConvertError> {
//!     let visits = session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)?;
//!     Ok(format!("visit {visits}"))
//! }
//!
//! fn app(keys: SecretKeys) -> Result<Router, dewar::error::SettingsError> {
//!     let manager = SessionManager::client_side(ClientSide::new(keys))?;
//!     Ok(Router::new().route("/", get(visits)).layer(SessionLayer::new(manager)))
//! }
//! ```
//!
//! `Option<Session>` is `None` on a route without a layer. If the store fails, it is an error, as for `Session`.
//!
//! [`Error`](crate::error::Error), [`ConvertError`](crate::value::ConvertError), [`TimeoutsError`](crate::lifetime::TimeoutsError) and
//! [`SessionRejection`] are responses. `ConvertError` and `TimeoutsError` convert to `Error` with `?`. A handler that also has errors of
//! other types returns `axum::response::Result`, which accepts all of them.
//!
//! # Logins
//!
//! [`LoggedIn`] is the user, of a type that says how it is loaded ([`SessionUser`]). [`Allowed`] is a user who has a [`Permission`].
//!
//! ```
//! # use std::convert::Infallible;
//! # use dewar::web::axum::SessionUser;
//! use axum::response::Redirect;
//! use dewar::web::axum::{Forbidden, LoggedIn};
//!
//! # #[derive(Clone)]
//! # struct User { name: String, is_admin: bool }
//! # impl SessionUser<()> for User {
//! #     type Error = Infallible;
//! #     async fn load(_: &str, _: &()) -> Result<Option<Self>, Infallible> { Ok(None) }
//! # }
//! async fn account(user: LoggedIn<User>) -> String {
//!     format!("Hello {}", user.name)
//! }
//!
//! async fn index(user: Option<LoggedIn<User>>) -> String {
//!     user.map_or("Log in".to_owned(), |user| format!("Hello {}", user.name))
//! }
//!
//! async fn delete_everything(user: LoggedIn<User>) -> Result<(), Forbidden> {
//!     user.require(|user| user.is_admin)
//! }
//!
//! async fn log_out(user: LoggedIn<User>) -> Redirect {
//!     user.session().log_out();
//!     Redirect::to("/")
//! }
//! # let app: axum::Router = axum::Router::new()
//! #     .route("/account", axum::routing::get(account)).route("/", axum::routing::get(index))
//! #     .route("/everything", axum::routing::delete(delete_everything)).route("/logout", axum::routing::post(log_out));
//! ```
//!
//! As a guard of a whole router:
//!
//! ```
//! # use std::convert::Infallible;
//! # use dewar::web::axum::SessionUser;
//! use axum::Router;
//! use axum::middleware::from_extractor_with_state;
//! use axum::routing::get;
//! use dewar::web::axum::{Allowed, Permission};
//!
//! # #[derive(Clone)]
//! # struct User { name: String, is_admin: bool }
//! # impl SessionUser<()> for User {
//! #     type Error = Infallible;
//! #     async fn load(_: &str, _: &()) -> Result<Option<Self>, Infallible> { Ok(None) }
//! # }
//! struct Admin;
//!
//! impl Permission<User> for Admin {
//!     fn allows(user: &User) -> bool {
//!         user.is_admin
//!     }
//! }
//!
//! async fn report(user: Allowed<User, Admin>) -> String {
//!     format!("Hello {}", user.name)
//! }
//!
//! let state = ();
//! let admin: Router = Router::new()
//!     .route("/report", get(report))
//!     .route("/users", get(async || "no argument needed"))
//!     .route_layer(from_extractor_with_state::<Allowed<User, Admin>, _>(state));
//! ```
//!
//! `LoggedIn<User>` is a guard in the same way. The user is loaded once, for the guard and for the handlers behind it.

mod allowed;
mod errors;
mod layer;
mod logged_in;
mod session_user;
mod typed;

use std::convert::Infallible;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::header::{COOKIE, HeaderValue};
use http::request;

pub use self::allowed::PermissionRejection;
pub use self::errors::SessionRejection;
pub use self::layer::{ResponseFuture, SessionLayer, SessionService};
pub use self::logged_in::LoginRejection;
pub use self::session_user::SessionUser;
pub use super::login::{Allowed, Forbidden, LoggedIn, NotLoggedIn, Permission};
use super::{LazySession, tower};
use crate::manager::SessionManager;
use crate::session::Session;

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, SessionRejection> {
        match tower::session(parts).await {
            Some(opened) => opened.map_err(SessionRejection::Unavailable),
            None => Err(SessionRejection::NoLayer),
        }
    }
}

/// `None` if the route has no layer. A session that cannot be opened is a rejection.
impl<S: Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Option<Self>, SessionRejection> {
        let opened = tower::session(parts).await;
        opened.transpose().map_err(SessionRejection::Unavailable)
    }
}

/// The manager of the innermost layer, for [early saves](SessionManager::save_now) and for the [sessions of an
/// owner](SessionManager::sessions_of).
impl<S: Sync> FromRequestParts<S> for SessionManager {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, SessionRejection> {
        let layer = parts.extensions.get::<LazySession>();
        layer.map(|layer| layer.manager().clone()).ok_or(SessionRejection::NoLayer)
    }
}

/// The sessions of a route with several [`SessionLayer`]s that have different cookie names. The extractor [`Session`] gives the session of
/// the innermost layer.
///
/// ```
/// use dewar::web::axum::{SessionRejection, Sessions};
///
/// async fn pay(sessions: Sessions) -> Result<String, SessionRejection> {
///     let (login, cart) = (sessions.named("__Host-login").await?, sessions.named("cart").await?);
///     Ok(format!("{:?} pays for {} things", login.owner(), cart.len()))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Sessions {
    innermost: Option<LazySession>,
    cookies: Vec<HeaderValue>,
}

impl Sessions {
    /// Returns the session of the layer with this cookie name, opening it if necessary.
    ///
    /// # Errors
    /// When there is no such layer, or the store cannot be read.
    pub async fn named(&self, cookie_name: &str) -> Result<Session, SessionRejection> {
        let cookies = self.cookies.iter().map(HeaderValue::as_bytes);
        match self.innermost.as_ref().and_then(|session| session.named(cookie_name)) {
            Some(session) => session.session(cookies).await.map_err(SessionRejection::Unavailable),
            None => Err(SessionRejection::NoLayerNamed(cookie_name.to_owned())),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Sessions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Infallible> {
        let innermost = parts.extensions.get::<LazySession>().cloned();
        Ok(Self { innermost, cookies: parts.headers.get_all(COOKIE).iter().cloned().collect() })
    }
}
