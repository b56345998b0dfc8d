//! A stream, a WebSocket and a spawned task that change the session and save it, as the guide says: over real connections.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dewar::store::Memory;
use dewar::web::tower::SessionLayer;
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};
use futures_util::stream;
use tokio::sync::oneshot;

use crate::browser::Browser;
use crate::ended::over_http::Connection;
use crate::server::Server;

/// The result of a save, as text.
async fn count(manager: &SessionManager, session: &Session) -> String {
    let counted = session.update("count", |count: Option<u32>| count.unwrap_or(0) + 1);
    assert!(counted.is_ok());
    match manager.save_now(session).await {
        Ok(()) => "saved".to_owned(),
        Err(why) => format!("{:?}", why.kind()),
    }
}

async fn events(session: Session, manager: SessionManager) -> impl IntoResponse {
    Sse::new(stream::once(async move {
        Ok::<_, Infallible>(Event::default().data(count(&manager, &session).await))
    }))
}

async fn socket(session: Session, manager: SessionManager, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        _ = socket.send(Message::text(count(&manager, &session).await)).await;
    })
}

/// The handler waits for its task.
async fn early(State(results): State<Sender<String>>, session: Session, manager: SessionManager) {
    let task = tokio::spawn(async move { count(&manager, &session).await });
    let result = task.await.unwrap();
    results.send(result).unwrap();
}

/// The task goes on once the body is read, and so after the head of the response.
async fn late(State(results): State<Sender<String>>, session: Session, manager: SessionManager) -> Body {
    let (is_sent, sent) = oneshot::channel::<()>();
    tokio::spawn(async move {
        _ = sent.await;
        let result = count(&manager, &session).await;
        results.send(result).unwrap();
    });
    Body::from_stream(stream::once(async move {
        _ = is_sent.send(());
        Ok::<_, Infallible>("on its way")
    }))
}

/// The results of saves in spawned tasks.
struct Tasks(Receiver<String>);

impl Tasks {
    fn site(manager: SessionManager) -> (Server, Self) {
        let (sender, results) = channel();
        let read = async |session: Session| format!("{:?}", session.get::<u32>("count"));
        let app = Router::new()
            .route("/login", post(async |session: Session| session.log_in("user:zoe")))
            .route("/count", get(read))
            .route("/events", get(events))
            .route(
                "/new_events",
                get(async |session: Session, manager: SessionManager| {
                    session.insert_value("theme", "dark");
                    events(session, manager).await
                }),
            )
            .route("/socket", get(socket))
            .route("/early", get(early))
            .route("/late", get(late))
            .with_state(sender)
            .layer(SessionLayer::new(manager));
        (Server::start(app), Self(results))
    }

    fn wait(&self) -> String {
        self.0.recv_timeout(Duration::from_secs(30)).expect("the task comes to an end")
    }
}

fn stored() -> (Server, Tasks) {
    Tasks::site(SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))).unwrap())
}

fn in_cookies() -> (Server, Tasks) {
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    Tasks::site(SessionManager::client_side(ClientSide::new(keys)).unwrap())
}

fn logged_in(server: &Server) -> Browser {
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.post("/login", "").status, 200);
    browser
}

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

#[test]
fn a_stored_session_is_saved_by_each() {
    let (server, tasks) = stored();
    let mut browser = logged_in(&server);
    assert!(browser.get("/events").body.contains("data: saved"));
    assert_eq!(browser.get("/count").body, "Ok(Some(1))");
    let cookie = browser.cookie().unwrap().to_owned();
    Connection::open(server.address, "/socket", &cookie, UPGRADE).read_until("saved");
    assert_eq!(browser.get("/count").body, "Ok(Some(2))");
    browser.get("/early");
    assert_eq!(tasks.wait(), "saved");
    assert_eq!(browser.get("/count").body, "Ok(Some(3))");
    assert!(browser.get("/late").body.contains("on its way"));
    assert_eq!(tasks.wait(), "saved");
    assert_eq!(browser.get("/count").body, "Ok(Some(4))");
}

/// A new session is saved by a task that is done before its handler: the response has its cookie. After the response there is none to be had,
/// unless the handler itself has stored something.
#[test]
fn a_new_session_needs_a_response_for_its_cookie() {
    let (server, tasks) = stored();
    let mut early = Browser::new(server.address);
    early.get("/early");
    assert_eq!(tasks.wait(), "saved");
    assert_eq!(early.get("/count").body, "Ok(Some(1))");

    let mut late = Browser::new(server.address);
    late.get("/late");
    assert_eq!(tasks.wait(), "Unsupported");
    assert!(late.get("/events").body.contains("data: Unsupported"));
    assert_eq!(late.get("/count").body, "Ok(None)");
    assert_eq!(late.cookie(), None);

    let mut stored = Browser::new(server.address);
    assert!(stored.get("/new_events").body.contains("data: saved"));
    assert_eq!(stored.get("/count").body, "Ok(Some(1))");
}

#[test]
fn a_session_in_a_cookie_is_saved_before_the_response_only() {
    let (server, tasks) = in_cookies();
    let mut browser = logged_in(&server);
    browser.get("/early");
    assert_eq!(tasks.wait(), "saved");
    assert_eq!(browser.get("/count").body, "Ok(Some(1))");
    browser.get("/late");
    assert_eq!(tasks.wait(), "Unsupported");
    assert!(browser.get("/events").body.contains("data: Unsupported"));
    assert_eq!(browser.get("/count").body, "Ok(Some(1))");
}
