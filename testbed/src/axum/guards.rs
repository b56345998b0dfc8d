//! Pages for users, and how they log in.

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_extractor;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use dewar::error::Error;
use dewar::web::LocalPath;
use dewar::web::axum::{Allowed, LoggedIn, SessionUser};

use crate::users::{Admin, Customer, DatabaseDown, User};

pub(super) fn routes() -> Router {
    // The one handler asks for no user: the guard is what keeps visitors out.
    let office = Router::new()
        .route("/report", get(async |admin: Allowed<User, Admin>| admin.name.clone()))
        .route("/safe", get(async || "gold"))
        .route_layer(from_extractor::<Allowed<User, Admin>>());
    Router::new()
        .route("/member", get(async |user: LoggedIn<User>| user.name.clone()))
        .route("/account", get(async |user: LoggedIn<Customer>| user.0.name.clone()))
        .route("/guest", get(guest))
        .route("/devices", get(devices))
        .route("/end-others", get(end_others))
        .route("/welcome", get(async |user: LoggedIn<Customer>| user.0.name.clone()))
        .route("/next", get(async |next: LocalPath| Redirect::to(next.as_str())))
        .nest("/office", office)
}

async fn guest(user: Option<LoggedIn<User>>) -> String {
    user.map_or("a guest".to_owned(), |user| user.name.clone())
}

async fn devices(user: LoggedIn<User>) -> Result<String, Error> {
    let sessions = user.sessions().await?;
    Ok(format!("{} of {}", sessions.iter().filter(|session| session.is_current).count(), sessions.len()))
}

async fn end_others(user: LoggedIn<User>) -> Result<String, Error> {
    Ok(user.end_other_sessions().await?.to_string())
}

impl<S: Sync> SessionUser<S> for User {
    type Error = DatabaseDown;

    async fn load(owner: &str, _: &S) -> Result<Option<Self>, DatabaseDown> {
        Self::find(owner)
    }
}

impl<S: Sync> SessionUser<S> for Customer {
    type Error = DatabaseDown;
    const LOGIN_PAGE: Option<&'static str> = Some(User::LOGIN_PAGE);

    async fn load(owner: &str, _: &S) -> Result<Option<Self>, DatabaseDown> {
        Ok(User::find(owner)?.map(Self))
    }
}

impl IntoResponse for DatabaseDown {
    fn into_response(self) -> Response {
        StatusCode::BAD_GATEWAY.into_response()
    }
}
