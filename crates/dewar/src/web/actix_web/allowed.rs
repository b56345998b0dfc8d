//! Permissions as an extractor.

use std::fmt;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};

use super::{Extraction, LoginRejection, SessionUser};
use crate::web::login::{Allowed, Forbidden, LoggedIn, Permission};

impl<U, P> FromRequest for Allowed<U, P>
where
    U: SessionUser,
    P: Permission<U> + 'static,
{
    type Error = PermissionRejection;
    type Future = Extraction<Self, PermissionRejection>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user = LoggedIn::from_request(request, payload);
        Extraction::later(request, async move {
            let user = user.await.map_err(PermissionRejection::Login)?;
            Self::check(user).map_err(PermissionRejection::Forbidden)
        })
    }
}

/// The rejection of the extractor [`Allowed`].
#[derive(Debug)]
#[non_exhaustive]
pub enum PermissionRejection {
    /// Nobody is logged in, or that could not be determined.
    Login(LoginRejection),
    /// The user does not have the permission.
    Forbidden(Forbidden),
}

impl PermissionRejection {
    fn as_response_error(&self) -> &dyn ResponseError {
        match self {
            Self::Login(rejection) => rejection,
            Self::Forbidden(forbidden) => forbidden,
        }
    }
}

impl fmt::Display for PermissionRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_response_error(), f)
    }
}

impl ResponseError for PermissionRejection {
    fn status_code(&self) -> StatusCode {
        self.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.as_response_error().error_response()
    }
}
