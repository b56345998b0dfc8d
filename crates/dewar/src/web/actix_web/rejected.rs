//! An extractor's failure decides the response, also where `Option` has swallowed it.
//!
//! actix-web makes `None` of whatever goes wrong in an extractor. A store that is down would look like a logout.

use actix_web::dev::ServiceResponse;
use actix_web::{HttpMessage, HttpRequest, ResponseError};

use super::{Body, LoginRejection};

/// In the extensions of a request: why an extractor has failed.
pub(super) struct Rejected(LoginRejection);

impl Rejected {
    /// Notes a failure of ours. That nobody is logged in is none, nor is a route without a session.
    pub(super) fn note(request: &HttpRequest, why: &LoginRejection) {
        if why.is_failure() {
            request.extensions_mut().insert(Self(why.clone()));
        }
    }

    /// The response to the failure in place of one that does not know of it.
    pub(super) fn put_into<B>(response: ServiceResponse<Body<B>>) -> ServiceResponse<Body<B>> {
        if response.status().is_server_error() {
            return response;
        }
        let rejected = response.request().extensions_mut().remove::<Self>();
        match rejected {
            Some(Self(why)) => response.into_response(why.error_response()).map_into_right_body(),
            None => response,
        }
    }
}
