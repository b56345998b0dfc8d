//! The session as an axum extractor.
//!
//! The extractor opens it: for a handler without a [`Session`] argument no cookie is read.
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
//! `Option<Session>` is `None` on a route without a layer; if the store fails, it is an error like `Session`.
//!
//! [`ConvertError`](crate::value::ConvertError), [`Error`](crate::error::Error) and [`SessionRejection`] are responses. A handler with errors of
//! several types returns `axum::response::Result`, which takes each of them with `?`.

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

pub use self::allowed::{Allowed, Forbidden, Permission, PermissionRejection};
pub use self::errors::SessionRejection;
pub use self::layer::{ResponseFuture, SessionLayer, SessionService};
pub use self::logged_in::{LoggedIn, LoginRejection, NotLoggedIn};
pub use self::session_user::SessionUser;
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

/// `None` if the route has no layer; a session that cannot be opened is rejected.
impl<S: Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Option<Self>, SessionRejection> {
        let opened = tower::session(parts).await;
        opened.transpose().map_err(SessionRejection::Unavailable)
    }
}

/// The manager of the innermost layer: for [saving early](SessionManager::save_now), and for the
/// [sessions of an owner](SessionManager::sessions_of).
impl<S: Sync> FromRequestParts<S> for SessionManager {
    type Rejection = SessionRejection;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, SessionRejection> {
        let layer = parts.extensions.get::<LazySession>();
        layer.map(|layer| layer.manager().clone()).ok_or(SessionRejection::NoLayer)
    }
}

/// The sessions of a route that has several [`SessionLayer`]s, with cookies of different names. The
/// extractor [`Session`] gives the innermost layer's.
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
    /// The session of the layer whose cookie has this name, opened if it was not yet.
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
