//! The routes and the middlewares.

use actix_web::error::InternalError;
use actix_web::guard;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::{self, Bytes, Query, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder};
use dewar::error::Error;
use dewar::session::Typed;
use dewar::value::ConvertError;
use dewar::web::actix_web::{SessionMiddleware, SessionRejection, Sessions};
use dewar::{Session, SessionManager};

use super::{guards, live};
use crate::routes::{ROUTES, Reply, Route};
use crate::users::Guest;
use crate::{Ask, Site};

pub(super) fn configure(app: &mut ServiceConfig, site: &Site) {
    let mut middleware =
        SessionMiddleware::new(site.sessions.clone()).save_after_server_error(site.save_after_server_error);
    if site.has_error_page {
        middleware = middleware
            .on_error(|failure: &Error| HttpResponse::Ok().body(format!("Sorry: {}", failure.status())));
    }
    // Outside of every middleware, by mistake.
    let bare = web::scope("/bare")
        .service(read("/whoami", |_: Session| async { "" }))
        .service(read("/optional", optional));
    // Routes below `/cart` have both sessions: the cart inside, the login outside.
    let carts = web::scope("/cart").configure(routes).wrap(SessionMiddleware::new(site.carts.clone()));
    let site =
        web::scope("").configure(guards::routes).configure(live::routes).configure(routes).service(carts);
    app.service(bare).service(site.wrap(middleware));
}

fn routes(app: &mut ServiceConfig) {
    for (path, route) in ROUTES {
        app.service(shared(path, route));
    }
    app.service(read("/touchless", || async { HttpResponse::Ok().finish() }))
        .service(read("/optional", optional))
        .service(read("/both", both))
        .service(read("/typed", visits))
        .service(read("/number", number))
        .service(read("/err", err))
        .service(read("/panic", panic))
        .route("/upload", web::post().to(upload));
}

fn shared(path: &str, route: Route) -> Resource {
    read(path, move |session: Session, manager: SessionManager, Query(ask): Query<Ask>| async move {
        route.answer(session, manager, ask).await.map(HttpResponse::from)
    })
}

/// A resource that answers `GET` and `HEAD`.
pub(super) fn read<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let is_read = guard::Any(guard::Get()).or(guard::Head());
    web::resource(path).route(web::route().guard(is_read).to(handler))
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
async fn err(session: Session, Query(ask): Query<Ask>) -> actix_web::Result<&'static str> {
    session.insert_value(ask.k, ask.v);
    let status = u16::try_from(ask.n).ok().and_then(|n| StatusCode::from_u16(n).ok());
    Err(InternalError::new("as it was asked to", status.unwrap_or(StatusCode::IM_A_TEAPOT)).into())
}

#[expect(clippy::panic, reason = "it is what the route is for")]
async fn panic(session: Session, Query(ask): Query<Ask>) -> String {
    session.insert_value(ask.k, ask.v);
    panic!("as it was asked to");
}

/// Reads the whole body.
async fn upload(session: Session, Query(ask): Query<Ask>, body: Bytes) -> String {
    session.insert_value(ask.k, body.len().to_string());
    body.len().to_string()
}

impl From<Reply> for HttpResponse {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Nothing => Self::Ok().finish(),
            Reply::Text(text) => Self::Ok().content_type(ContentType::plaintext()).body(text),
            Reply::Status(status) => Self::new(StatusCode::from_u16(status).unwrap_or_default()),
        }
    }
}
