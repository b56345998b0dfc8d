//! The session and its manager, as extractors.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::headers::cookies;
use super::{Extraction, SessionRejection};
use crate::manager::{Error, SessionManager};
use crate::session::Session;
use crate::store::Answer;
use crate::web::LazySession;

/// Opens the session, if no other extractor did.
impl FromRequest for Session {
    type Error = SessionRejection;
    type Future = Extraction<Self, SessionRejection>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(layer) = lazy_session(request) else {
            return Extraction::now(Err(SessionRejection::NoMiddleware));
        };
        if layer.is_ready()
            && let Answer::Now(opened) = layer.session(cookies(request.headers()))
        {
            return Extraction::now(opened.map_err(unavailable));
        }
        Extraction::later(request, open(layer, request.clone()))
    }
}

async fn open(layer: LazySession, request: HttpRequest) -> Result<Session, SessionRejection> {
    layer.session(cookies(request.headers())).await.map_err(unavailable)
}

fn unavailable(why: Error) -> SessionRejection {
    SessionRejection::Unavailable(Arc::new(why))
}

/// The manager of the innermost middleware, for [early saves](SessionManager::save_now) and for the [sessions of an
/// owner](SessionManager::sessions_of).
impl FromRequest for SessionManager {
    type Error = SessionRejection;
    type Future = Ready<Result<Self, SessionRejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let layer = lazy_session(request);
        ready(layer.map(|layer| layer.manager().clone()).ok_or(SessionRejection::NoMiddleware))
    }
}

/// That of the innermost middleware.
pub(super) fn lazy_session(request: &HttpRequest) -> Option<LazySession> {
    request.extensions().get::<LazySession>().cloned()
}
