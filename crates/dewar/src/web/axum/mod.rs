//! The session as an axum extractor.
//!
//! The extractor opens it: for a handler without a [`Session`] argument no cookie is read.
//!
//! ```
//! use axum::{Router, routing::get};
//! use dewar::web::tower::SessionLayer;
//! use dewar::{ClientSide, SecretKeys, Session, SessionManager};
//!
//! async fn visits(session: Session) -> String {
//!     let visits = session.get::<u32>("visits").ok().flatten().unwrap_or(0) + 1;
//!     session.insert_value("visits", visits);
//!     format!("visit {visits}")
//! }
//!
//! fn app(keys: SecretKeys) -> Result<Router, dewar::error::SettingsError> {
//!     let manager = SessionManager::client_side(ClientSide::new(keys))?;
//!     Ok(Router::new().route("/", get(visits)).layer(SessionLayer::new(manager)))
//! }
//! ```

use std::convert::Infallible;
use std::fmt;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::header::{COOKIE, HeaderValue};
use http::{StatusCode, request};

use super::{Failure, LazySession, tower};
use crate::manager::Error;
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

/// The sessions of a route that has several [`SessionLayer`](super::tower::SessionLayer)s, with cookies of different names. The
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

/// Why an extractor has no session.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionRejection {
    /// The route has no [`SessionLayer`](super::tower::SessionLayer).
    NoLayer,
    /// The route has no layer whose cookie has this name.
    NoLayerNamed(String),
    /// The session cannot be opened: the store cannot be read.
    Unavailable(Error),
}

impl fmt::Display for SessionRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLayer => f.write_str(
                "this route has no session layer: add `.layer(SessionLayer::new(manager))` to the router, after its routes",
            ),
            Self::NoLayerNamed(name) => write!(
                f,
                "this route has no session layer whose cookie is named {name:?}: add one, or ask for the name that its settings have"
            ),
            Self::Unavailable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SessionRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoLayer | Self::NoLayerNamed(_) => None,
            Self::Unavailable(error) => Some(error),
        }
    }
}

/// 500 for a missing layer, with the explanation in debug builds only; 503 when a later try may help.
impl IntoResponse for SessionRejection {
    fn into_response(self) -> Response {
        match self {
            Self::NoLayer | Self::NoLayerNamed(_) if cfg!(debug_assertions) => {
                (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
            }
            Self::NoLayer | Self::NoLayerNamed(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Self::Unavailable(error) => Failure::from(error).into(),
        }
    }
}
