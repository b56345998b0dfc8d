//! The application's user, loaded once per request.

use std::future::Future;

use axum_core::extract::FromRequestParts as _;
use axum_core::response::IntoResponse;
use http::request::Parts;

use super::LoginRejection;
use crate::session::Session;
use crate::web::login::Loaded;

/// The application's user type, for the extractor [`LoggedIn`](super::LoggedIn). `S` is the state of the router.
///
/// ```
/// use std::collections::HashMap;
/// use std::convert::Infallible;
/// use std::sync::Arc;
///
/// use dewar::web::axum::SessionUser;
///
/// #[derive(Clone)]
/// struct App {
///     users: Arc<HashMap<String, User>>, // a database, in real life
/// }
///
/// #[derive(Clone)]
/// struct User {
///     name: String,
///     is_admin: bool,
/// }
///
/// impl SessionUser<App> for User {
///     type Error = Infallible; // sqlx::Error has to be made a response
///     const LOGIN_PAGE: Option<&'static str> = Some("/login");
///
///     async fn load(owner: &str, app: &App) -> Result<Option<Self>, Infallible> {
///         Ok(app.users.get(owner).cloned())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be loaded as the logged-in user in a router with the state `{S}`",
    label = "not a `SessionUser<{S}>`",
    note = "say how it is loaded: `impl SessionUser<{S}> for {Self} {{ .. }}`, with the state type of the router",
    note = "in a handler with `LoggedIn<{Self}>` the state `S` of `SessionUser<S>` must be that of `Router<S>` (`()` without `with_state`)"
)]
pub trait SessionUser<S>: Clone + Send + Sync + 'static {
    /// The error if a user cannot be loaded, which is also the response.
    type Error: IntoResponse + Send;

    /// The login page, such as `/login`, to which visitors who are not logged in are redirected. The page that they requested becomes the
    /// query parameter `next` (a [`LocalPath`](crate::web::LocalPath)) if the method is `GET` or `HEAD`. With `None` they get the status
    /// 401.
    const LOGIN_PAGE: Option<&'static str> = None;

    /// Loads the user with this owner name, as passed to [`Session::log_in`] (if longer than 200 bytes, as returned by [`Session::owner`]).
    /// Returns `None` if the user does not exist, for example because the account was deleted: then nobody is logged in.
    ///
    /// Called once per request for all extractors, and not for visitors.
    fn load(owner: &str, state: &S) -> impl Future<Output = Result<Option<Self>, Self::Error>> + Send;
}

/// The session of a request, with its owner and user if somebody is logged in.
pub(super) async fn load<U: SessionUser<S>, S: Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<(Session, Option<(String, U)>), LoginRejection> {
    let session = Session::from_request_parts(parts, state).await.map_err(LoginRejection::Session)?;
    let Some(owner) = session.owner() else { return Ok((session, None)) };
    let name = owner.to_str_lossy().into_owned();
    if let Some(user) = parts.extensions.get::<Loaded<U>>().and_then(|loaded| loaded.user_of(&owner)) {
        return Ok((session, user.map(|user| (name, user))));
    }
    let user = U::load(&name, state).await;
    let user = user.map_err(|why| LoginRejection::User(Box::new(why.into_response())))?;
    parts.extensions.insert(Loaded::new(owner, user.clone()));
    Ok((session, user.map(|user| (name, user))))
}
