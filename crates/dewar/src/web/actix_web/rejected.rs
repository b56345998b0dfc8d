//! A failure that `Option` has hidden still decides the response.
//!
//! actix-web makes `None` of whatever goes wrong in an extractor. A store that is down would look like a logout.

use actix_web::dev::ServiceResponse;
use actix_web::{HttpMessage, HttpRequest, ResponseError};

use super::{Body, LoginRejection, PermissionRejection, SessionRejection};

/// A failure that the handler does not know about, in the extensions of the request.
struct Swallowed(LoginRejection);

/// The response to such a failure, instead of one that ignores it.
pub(super) fn told<B>(response: ServiceResponse<Body<B>>) -> ServiceResponse<Body<B>> {
    if response.status().is_server_error() {
        return response;
    }
    let swallowed = response.request().extensions_mut().remove::<Swallowed>();
    match swallowed {
        Some(Swallowed(why)) => response.into_response(why.error_response()).map_into_right_body(),
        None => response,
    }
}

/// Detects, when an extraction is dropped, that nobody has received its failure.
///
/// `Option` drops a failure before the extraction that it came from. A caller that responds with the failure, or a handler with a `Result`,
/// keeps it longer.
pub(super) struct Notice {
    request: HttpRequest,
    failure: Option<LoginRejection>,
}

impl Notice {
    pub(super) fn new(request: &HttpRequest) -> Self {
        Self { request: request.clone(), failure: None }
    }

    pub(super) fn failed(&mut self, why: &impl Rejection) {
        self.failure = why.failure();
    }
}

impl Drop for Notice {
    fn drop(&mut self) {
        if let Some(why) = self.failure.take().filter(LoginRejection::is_held_once) {
            self.request.extensions_mut().insert(Swallowed(why));
        }
    }
}

/// The rejection of an extractor.
pub(super) trait Rejection {
    /// The failure on the server, if there is one. A visitor who is not logged in is not a failure, nor is a route without a session.
    fn failure(&self) -> Option<LoginRejection>;
}

impl Rejection for LoginRejection {
    fn failure(&self) -> Option<LoginRejection> {
        self.is_failure().then(|| self.clone())
    }
}

impl Rejection for SessionRejection {
    fn failure(&self) -> Option<LoginRejection> {
        LoginRejection::Session(self.clone()).failure()
    }
}

impl Rejection for PermissionRejection {
    fn failure(&self) -> Option<LoginRejection> {
        match self {
            Self::Login(rejection) => rejection.failure(),
            Self::Forbidden(_) => None,
        }
    }
}
