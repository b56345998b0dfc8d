//! The sessions of a route with several middlewares.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{COOKIE, HeaderValue};
use actix_web::{FromRequest, HttpRequest};

use super::SessionRejection;
use super::session::lazy_session;
use crate::session::Session;
use crate::web::LazySession;

/// The sessions of a route with several [`SessionMiddleware`](super::SessionMiddleware)s that have different cookie names. The extractor
/// [`Session`] gives the session of the innermost one.
///
/// ```
/// use dewar::web::actix_web::{SessionRejection, Sessions};
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
    /// Returns the session of the middleware with this cookie name, opening it if necessary.
    ///
    /// # Errors
    /// When there is no such middleware, or the store cannot be read.
    pub async fn named(&self, cookie_name: &str) -> Result<Session, SessionRejection> {
        let cookies = self.cookies.iter().map(HeaderValue::as_bytes);
        match self.innermost.as_ref().and_then(|session| session.named(cookie_name)) {
            Some(session) => {
                session.session(cookies).await.map_err(|why| SessionRejection::Unavailable(Arc::new(why)))
            }
            None => Err(SessionRejection::NoMiddlewareNamed(cookie_name.to_owned())),
        }
    }
}

impl FromRequest for Sessions {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let cookies = request.headers().get_all(COOKIE).cloned().collect();
        ready(Ok(Self { innermost: lazy_session(request), cookies }))
    }
}
