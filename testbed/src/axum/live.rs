//! Responses that go on after the handler has returned.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use dewar::{Session, SessionManager};
use futures_util::{Stream, StreamExt, stream};
use tokio::time::sleep;

use crate::{Ask, routes};

pub(super) fn routes() -> Router {
    Router::new().route("/events", get(events)).route("/late", get(late)).route("/stream", get(parts))
}

/// Greets, then waits for the logout.
async fn events(
    session: Session,
    manager: SessionManager,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let hello = stream::once(async { Ok(Event::default().data("hello")) });
    let logout = manager.ended(&session, |duration: Duration| sleep(duration / 100));
    Sse::new(hello.chain(stream::pending()).take_until(logout))
}

/// Changes the session while the response is sent, and saves it.
async fn late(session: Session, manager: SessionManager, Query(ask): Query<Ask>) -> Body {
    Body::from_stream(stream::once(async move {
        Ok::<_, Infallible>(Bytes::from(routes::save_late(&session, &manager, ask).await))
    }))
}

/// Stores a value, then sends `n` bytes in pieces.
async fn parts(session: Session, Query(ask): Query<Ask>) -> Body {
    session.insert_value(ask.k, ask.v);
    Body::from_stream(stream::iter(routes::pieces(ask.n)).map(Ok::<_, Infallible>))
}
