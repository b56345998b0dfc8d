//! What a user may do, as an extractor and as a guard.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::{LoggedIn, LoginRejection, SessionUser};

/// What users of the type `U` may do or not: a role, a permission.
pub trait Permission<U> {
    /// Whether this user may.
    fn allows(user: &U) -> bool;
}

/// The user who is logged in and has the [`Permission`] `P`. Others who are logged in get the status 403.
///
/// ```
/// # use std::convert::Infallible;
/// # use dewar::web::axum::SessionUser;
/// use axum::Router;
/// use axum::middleware::from_extractor_with_state;
/// use axum::routing::get;
/// use dewar::web::axum::{Allowed, Permission};
///
/// # #[derive(Clone)]
/// # struct User { name: String, is_admin: bool }
/// # impl SessionUser<()> for User {
/// #     type Error = Infallible;
/// #     async fn load(_: &str, _: &()) -> Result<Option<Self>, Infallible> { Ok(None) }
/// # }
/// struct Admin;
///
/// impl Permission<User> for Admin {
///     fn allows(user: &User) -> bool {
///         user.is_admin
///     }
/// }
///
/// async fn report(user: Allowed<User, Admin>) -> String {
///     format!("Hello {}", user.name)
/// }
///
/// // A guard of a whole router:
/// let state = ();
/// let admin: Router = Router::new()
///     .route("/report", get(report))
///     .route("/users", get(async || "no argument needed"))
///     .route_layer(from_extractor_with_state::<Allowed<User, Admin>, _>(state));
/// ```
pub struct Allowed<U, P> {
    user: LoggedIn<U>,
    permission: PhantomData<fn() -> P>,
}

impl<U, P> Deref for Allowed<U, P> {
    type Target = LoggedIn<U>;

    fn deref(&self) -> &LoggedIn<U> {
        &self.user
    }
}

impl<U: Clone, P> Clone for Allowed<U, P> {
    fn clone(&self) -> Self {
        Self { user: self.user.clone(), permission: PhantomData }
    }
}

/// Shows the user.
impl<U: fmt::Debug, P> fmt::Debug for Allowed<U, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Allowed").field(&self.user).finish()
    }
}

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
        user.require(P::allows).map_err(PermissionRejection::Forbidden)?;
        Ok(Self { user, permission: PhantomData })
    }
}

/// Why there is no [`Allowed`].
#[derive(Debug)]
#[non_exhaustive]
pub enum PermissionRejection {
    /// Nobody is logged in, or it could not be found out.
    Login(LoginRejection),
    /// The user may not.
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

/// The user is logged in, and may not do this: the status 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this user is not allowed to do that")
    }
}

impl std::error::Error for Forbidden {}

impl IntoResponse for Forbidden {
    fn into_response(self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}
