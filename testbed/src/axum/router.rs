//! The routes and the layers.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dewar::error::Error;
use dewar::session::Typed;
use dewar::value::ConvertError;
use dewar::web::axum::{SessionLayer, SessionRejection, Sessions};
use dewar::{Session, SessionManager};

use super::{guards, live};
use crate::routes::{ROUTES, Reply};
use crate::users::Guest;
use crate::{Ask, Site};

pub(super) fn router(site: Site) -> Router {
    // Routes below `/cart` have both sessions: the cart inside, the login outside.
    let carts = routes().layer(SessionLayer::new(site.carts.clone()));
    let mut layer =
        SessionLayer::new(site.sessions.clone()).save_after_server_error(site.save_after_server_error);
    if site.has_error_page {
        layer = layer.on_error(|failure: &Error| format!("Sorry: {}", failure.status()));
    }
    let site = routes().merge(guards::routes()).merge(live::routes()).nest("/cart", carts).layer(layer);
    // Outside of every layer, by mistake.
    let bare = Router::new().route("/whoami", get(async |_: Session| ())).route("/optional", get(optional));
    site.nest("/bare", bare)
}

fn routes() -> Router {
    let router = ROUTES.into_iter().fold(Router::new(), |router, (path, route)| {
        let handler = get(async move |session: Session, manager: SessionManager, Query(ask): Query<Ask>| {
            route.answer(session, manager, ask).await
        });
        router.route(path, handler)
    });
    router
        .route("/touchless", get(async || ()))
        .route("/optional", get(optional))
        .route("/both", get(both))
        .route("/typed", get(visits))
        .route("/number", get(number))
        .route("/err", get(err))
        .route("/panic", get(panic))
        .route("/upload", post(upload))
}

async fn optional(session: Option<Session>) -> String {
    session.is_some().to_string()
}

/// The user of the one session and the keys of the other.
async fn both(sessions: Sessions) -> Result<String, SessionRejection> {
    let (login, cart) = (sessions.named("session").await?, sessions.named("cart").await?);
    Ok(format!("{:?} {:?}", login.get_value("u").is_some(), cart.len()))
}

async fn visits(guest: Typed<Guest>) -> Result<String, ConvertError> {
    let visits = guest.modify(|guest| {
        guest.visits += 1;
        guest.visits
    })?;
    Ok(format!("visit {visits}, {} in the cart", guest.get()?.cart.len()))
}

/// A value that is not of the type is an error that the handler returns.
async fn number(session: Session) -> Result<String, ConvertError> {
    let number: Option<u32> = session.get("u")?;
    Ok(number.unwrap_or_default().to_string())
}

/// The framework's way to fail, after a change; with 418 if no status is asked for.
async fn err(session: Session, Query(ask): Query<Ask>) -> Result<(), StatusCode> {
    session.insert_value(ask.k, ask.v);
    Err(u16::try_from(ask.n)
        .ok()
        .and_then(|n| StatusCode::from_u16(n).ok())
        .unwrap_or(StatusCode::IM_A_TEAPOT))
}

#[expect(clippy::panic, reason = "it is what the route is for")]
async fn panic(session: Session, Query(ask): Query<Ask>) {
    session.insert_value(ask.k, ask.v);
    panic!("as it was asked to");
}

/// Reads the whole body.
async fn upload(session: Session, Query(ask): Query<Ask>, body: Bytes) -> String {
    session.insert_value(ask.k, body.len().to_string());
    body.len().to_string()
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Nothing => ().into_response(),
            Self::Text(text) => text.into_response(),
            Self::Status(status) => StatusCode::from_u16(status).unwrap_or_default().into_response(),
        }
    }
}
