//! A real server: connections that are used again, streams, and handlers that panic.

use std::future::ready;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer};
use dewar::store::Memory;
use dewar::web::actix_web::SessionMiddleware;
use dewar::{ServerSide, Session, SessionManager};
use futures_util::StreamExt;
use futures_util::stream::{once, pending};
use tokio::sync::Semaphore;

use crate::http_client::{Answer, ask};

/// Stops when it is dropped.
struct Server {
    address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    fn start(manager: &SessionManager, routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Self {
        let (started, starting) = mpsc::channel();
        let manager = manager.clone();
        thread::spawn(move || {
            let app =
                move || App::new().wrap(SessionMiddleware::new(manager.clone())).configure(routes.clone());
            actix_web::rt::System::new().block_on(async move {
                let server =
                    HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
                let address = server.addrs()[0];
                let server = server.run();
                started.send(Self { address, handle: server.handle() }).unwrap();
                server.await
            })
        });
        starting.recv().unwrap()
    }

    fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        ask(self.address, path, cookie, None)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn stored() -> SessionManager {
    SessionManager::server_side(ServerSide::new("shop", Memory::new())).unwrap()
}

fn cookie(answer: &Answer) -> String {
    answer.all("set-cookie")[0].split(';').next().unwrap().to_owned()
}

async fn visit(session: Session) -> actix_web::Result<String> {
    let visits = session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)?;
    Ok(format!("visit {visits}"))
}

async fn keys(session: Session) -> String {
    session.keys().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// actix-web uses the memory of a request again for the next one.
#[test]
fn the_next_request_of_a_connection_has_a_session_of_its_own() {
    let server = Server::start(&stored(), |config| _ = config.route("/", web::get().to(visit)));
    let zoe = cookie(&server.get("/", None));
    let mut connection = TcpStream::connect(server.address).unwrap();
    let mut visits = |cookie: &str| {
        write!(connection, "GET / HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n").unwrap();
        let mut response = Vec::new();
        let mut buffer = [0; 1024];
        while !response.ends_with(b"visit 1")
            && !response.ends_with(b"visit 2")
            && !response.ends_with(b"visit 3")
        {
            let count = connection.read(&mut buffer).unwrap();
            assert_ne!(count, 0, "{}", String::from_utf8_lossy(&response));
            response.extend_from_slice(&buffer[..count]);
        }
        String::from_utf8(response).unwrap().chars().next_back().unwrap()
    };
    let line = format!("Cookie: {zoe}\r\n");
    assert_eq!([visits(&line), visits(""), visits(&line), visits("")], ['2', '1', '3', '1']);
}

#[test]
fn a_handler_that_panics_saves_nothing_and_the_next_request_is_answered() {
    let routes = |config: &mut ServiceConfig| {
        let panics = async |session: Session| -> &'static str {
            session.insert_value("panicked", true);
            panic!("a mistake of the program's, in a test")
        };
        config
            .route("/", web::get().to(visit))
            .route("/keys", web::get().to(keys))
            .route("/panics", web::get().to(panics));
    };
    let server = Server::start(&stored(), routes);
    let zoe = cookie(&server.get("/", None));
    let mut connection = TcpStream::connect(server.address).unwrap();
    write!(connection, "GET /panics HTTP/1.1\r\nHost: localhost\r\nCookie: {zoe}\r\n\r\n").unwrap();
    let mut response = Vec::new();
    let _ = connection.read_to_end(&mut response);
    assert_eq!(String::from_utf8_lossy(&response), "", "the connection is closed");
    assert_eq!(server.get("/keys", Some(&zoe)).body, "visits");
    assert_eq!(server.get("/", Some(&zoe)).body, "visit 2");
}

/// The head of a response is sent before its body is there: what changes then is saved by hand.
#[test]
fn a_stream_can_save_what_it_changes() {
    let routes = |config: &mut ServiceConfig| {
        let stream = async |session: Session, manager: SessionManager| {
            session.insert_value("before", true);
            HttpResponse::Ok().streaming(once(async move {
                session.insert_value("after", true);
                let saved = manager.save(&session).await;
                session.insert_value("lost", true);
                saved.map(|_| Bytes::from_static(b"streamed"))
            }))
        };
        config
            .route("/", web::get().to(visit))
            .route("/keys", web::get().to(keys))
            .route("/stream", web::get().to(stream));
    };
    let server = Server::start(&stored(), routes);
    let zoe = cookie(&server.get("/", None));
    assert!(server.get("/stream", Some(&zoe)).body.contains("streamed"));
    assert_eq!(server.get("/keys", Some(&zoe)).body, "visits, before, after");
}

/// Events for a page that is open, until its user logs out. Time passes when the test says so.
#[test]
fn a_stream_ends_at_a_logout() {
    let seconds = Arc::new(Semaphore::new(0));
    let clock = Arc::clone(&seconds);
    let routes = move |config: &mut ServiceConfig| {
        let clock = Arc::clone(&clock);
        let live = move |session: Session, manager: SessionManager| {
            let clock = Arc::clone(&clock);
            let sleep = move |_: Duration| {
                let clock = Arc::clone(&clock);
                async move { clock.acquire().await.unwrap().forget() }
            };
            let hello = once(async { Ok::<_, actix_web::Error>(Bytes::from_static(b"data: hello\n\n")) });
            let events = hello.chain(pending()).take_until(manager.ended(&session, sleep));
            ready(HttpResponse::Ok().streaming(events))
        };
        config
            .route(
                "/login",
                web::get().to(async |session: Session| {
                    session.log_in("user:zoe");
                    "in"
                }),
            )
            .route(
                "/logout",
                web::get().to(async |session: Session| {
                    session.log_out();
                    "out"
                }),
            )
            .route("/live", web::get().to(live));
    };
    let server = Server::start(&stored(), routes);
    let zoe = cookie(&server.get("/login", None));
    let mut live = TcpStream::connect(server.address).unwrap();
    write!(live, "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {zoe}\r\n\r\n")
        .unwrap();
    let (mut response, mut buffer) = (Vec::new(), [0; 1024]);
    while !response.windows(5).any(|bytes| bytes == b"hello") {
        let count = live.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "{}", String::from_utf8_lossy(&response));
        response.extend_from_slice(&buffer[..count]);
    }
    seconds.add_permits(3);
    live.set_nonblocking(true).unwrap();
    assert_eq!(live.read(&mut buffer).unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "it is open");
    live.set_nonblocking(false).unwrap();
    assert_eq!(server.get("/logout", Some(&zoe)).body, "out");
    seconds.add_permits(100);
    live.read_to_end(&mut response).unwrap();
    assert!(response.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&response));
}
