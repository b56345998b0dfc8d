//! Responses that go on after the handler has returned.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Query, ServiceConfig};
use dewar::{Session, SessionManager};
use futures_util::{StreamExt, stream};
use tokio::time::sleep;

use super::app::read;
use crate::{Ask, routes};

pub(super) fn routes(app: &mut ServiceConfig) {
    app.service(read("/events", events)).service(read("/late", late)).service(read("/stream", parts));
}

/// Greets, then waits for the logout.
async fn events(session: Session, manager: SessionManager) -> HttpResponse {
    let hello = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"data: hello\n\n")) });
    let logout = manager.ended(&session, |duration: Duration| sleep(duration / 100));
    let events = hello.chain(stream::pending()).take_until(logout);
    HttpResponse::Ok().content_type("text/event-stream").streaming(events)
}

/// Changes the session while the response is sent, and saves it.
async fn late(session: Session, manager: SessionManager, Query(ask): Query<Ask>) -> HttpResponse {
    let saved = stream::once(async move {
        Ok::<_, Infallible>(Bytes::from(routes::save_late(&session, &manager, ask).await))
    });
    HttpResponse::Ok().content_type(ContentType::plaintext()).streaming(saved)
}

/// Stores a value, then sends `n` bytes in pieces.
async fn parts(session: Session, Query(ask): Query<Ask>) -> HttpResponse {
    session.insert_value(ask.k, ask.v);
    let pieces =
        stream::iter(routes::pieces(ask.n)).map(|piece| Ok::<_, Infallible>(Bytes::from_static(piece)));
    HttpResponse::Ok().content_type(ContentType::plaintext()).streaming(pieces)
}
