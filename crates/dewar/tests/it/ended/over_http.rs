//! Server-sent events and a WebSocket, closed by a logout in another request: real connections to a real server.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use axum::routing::{get, post};
use dewar::store::Memory;
use dewar::web::tower::SessionLayer;
use dewar::{ServerSide, Session, SessionManager};
use futures_util::{Stream, StreamExt, stream};

use crate::browser::Browser;
use crate::server::Server;

/// A timer that runs a hundred times as fast.
fn sleep(duration: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(duration / 100)
}

async fn events(
    session: Session,
    manager: SessionManager,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let hello = stream::once(async { Ok(Event::default().data("hello")) });
    Sse::new(hello.chain(stream::pending()).take_until(manager.ended(&session, sleep)))
}

async fn socket(session: Session, manager: SessionManager, upgrade: WebSocketUpgrade) -> Response {
    let logout = manager.ended(&session, sleep);
    upgrade.on_upgrade(async move |mut socket| {
        _ = socket.send(Message::text("hello")).await;
        tokio::select! {
            () = logout => { _ = socket.send(Message::Close(None)).await; }
            _ = socket.recv() => {}
        }
    })
}

fn site() -> Server {
    let manager = SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))).unwrap();
    let app = Router::new()
        .route("/login", post(async |session: Session| session.log_in("user:zoe")))
        .route("/logout", post(async |session: Session| session.log_out()))
        .route("/events", get(events))
        .route("/socket", get(socket))
        .layer(SessionLayer::new(manager));
    Server::start(app)
}

/// A connection that stays open.
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) fn open(server: SocketAddr, path: &str, cookie: &str, headers: &str) -> Self {
        let mut connection = TcpStream::connect(server).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n{headers}\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        Self(connection)
    }

    /// Reads until this text has arrived.
    pub(crate) fn read_until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).contains(end) {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            read.extend(byte);
        }
        String::from_utf8_lossy(&read).into_owned()
    }

    /// Reads until the server closes the connection.
    pub(crate) fn rest(mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).unwrap();
        rest
    }
}

fn logged_in(server: &Server) -> Browser {
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.post("/login", "").status, 200);
    browser
}

#[test]
fn server_sent_events_end_at_a_logout() {
    let server = site();
    let mut browser = logged_in(&server);
    let cookie = browser.cookie().unwrap().to_owned();
    let mut stream = Connection::open(server.address, "/events", &cookie, "Connection: close\r\n");
    let begin = stream.read_until("hello\n\n");
    assert!(begin.starts_with("HTTP/1.1 200 OK"), "{begin}");
    assert_eq!(browser.post("/logout", "").status, 200);
    assert_eq!(String::from_utf8(stream.rest()).unwrap(), "\r\n0\r\n\r\n", "the stream is whole");
}

#[test]
fn a_web_socket_is_closed_at_a_logout() {
    let server = site();
    let mut browser = logged_in(&server);
    let cookie = browser.cookie().unwrap().to_owned();
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let mut socket = Connection::open(server.address, "/socket", &cookie, upgrade);
    let begin = socket.read_until("hello");
    assert!(begin.starts_with("HTTP/1.1 101"), "{begin}");
    assert_eq!(browser.post("/logout", "").status, 200);
    // A close frame without a reason (RFC 6455 §5.5.1).
    assert_eq!(socket.rest(), [0x88, 0]);
}
