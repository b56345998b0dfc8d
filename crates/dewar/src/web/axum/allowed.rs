//! Permissions as an extractor and as a guard.

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::{LoginRejection, SessionUser};
use crate::web::login::{Allowed, Forbidden, LoggedIn, Permission};

impl<U, P, S> FromRequestParts<S> for Allowed<U, P>
where
    U: SessionUser<S>,
    P: Permission<U>,
    S: Send + Sync,
{
    type Rejection = PermissionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PermissionRejection> {
        let user: LoggedIn<U> =
            LoggedIn::from_request_parts(parts, state).await.map_err(PermissionRejection::Login)?;
        Self::check(user).map_err(PermissionRejection::Forbidden)
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

impl IntoResponse for PermissionRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Login(rejection) => rejection.into_response(),
            Self::Forbidden(forbidden) => forbidden.into_response(),
        }
    }
}

impl IntoResponse for Forbidden {
    fn into_response(self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}
