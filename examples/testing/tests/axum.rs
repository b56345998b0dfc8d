//! Handlers of axum: a router is a service, so a test calls it. The cookie of one response goes into the next request, as in a browser.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{Request, StatusCode};
use dewar::clock::{Clock, UnixTime};
use dewar::store::Memory;
use dewar::{ServerSide, SessionManager};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// A browser with one cookie.
struct Browser {
    app: Router,
    cookie: String,
}

impl Browser {
    fn new(manager: SessionManager) -> Self {
        Self { app: testing::axum::app(manager), cookie: String::new() }
    }

    /// The status and the body of the response.
    async fn send(&mut self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.app.clone().oneshot(request).await.unwrap();
        if let Some(line) = response.headers().get(SET_COOKIE) {
            self.cookie = line.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn get(&mut self, path: &str) -> String {
        let request = Request::get(path).header(COOKIE, &self.cookie);
        let (status, body) = self.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        body
    }

    async fn post(&mut self, path: &str, form: &'static str) -> StatusCode {
        let request = Request::post(path).header(COOKIE, &self.cookie);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).unwrap()).await.0
    }
}

fn settings() -> ServerSide {
    ServerSide::new("test", Memory::new())
}

#[tokio::test]
async fn a_user_logs_in_and_out() {
    let mut browser = Browser::new(SessionManager::server_side(settings()).unwrap());
    assert_eq!(browser.get("/").await, "visit 1");
    let before = browser.cookie.clone();
    assert_eq!(browser.post("/login", "name=zoe").await, StatusCode::SEE_OTHER);
    assert_ne!(browser.cookie, before, "a login gives the session a new id");
    assert_eq!(browser.get("/").await, "visit 2 of user:zoe");
    assert_eq!(browser.post("/logout", "").await, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/").await, "visit 1");
}

/// Nothing waits: the clock is a setting, and the test moves it.
#[tokio::test]
async fn a_session_expires_after_an_hour_without_a_visit() {
    let seconds = Arc::new(AtomicI64::new(1_800_000_000));
    let hands = Arc::clone(&seconds);
    let clock = Clock::from_fn(move || UnixTime::from_seconds(hands.load(Ordering::Relaxed)));
    let mut browser = Browser::new(SessionManager::server_side(ServerSide { clock, ..settings() }).unwrap());
    browser.post("/login", "name=zoe").await;
    seconds.fetch_add(59 * 60, Ordering::Relaxed);
    assert_eq!(browser.get("/").await, "visit 1 of user:zoe");
    seconds.fetch_add(61 * 60, Ordering::Relaxed);
    assert_eq!(browser.get("/").await, "visit 1");
}

/// A test can look into the session of a cookie, or prepare one.
#[tokio::test]
async fn a_session_is_prepared_for_a_handler() {
    let manager = SessionManager::server_side(settings()).unwrap();
    let session = manager.open([]).await.unwrap();
    session.log_in("user:zoe");
    session.insert("visits", 41).unwrap();
    let reply = manager.save(&session).await.unwrap();
    let mut browser = Browser::new(manager);
    browser.cookie = reply.set_cookie().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(browser.get("/").await, "visit 42 of user:zoe");
}

#[tokio::test]
async fn what_cannot_be_counted_is_an_error() {
    let manager = SessionManager::server_side(settings()).unwrap();
    let session = manager.open([]).await.unwrap();
    session.insert("visits", "many").unwrap();
    let reply = manager.save(&session).await.unwrap();
    let cookie = reply.set_cookie().unwrap().split(';').next().unwrap();
    let mut browser = Browser::new(manager);
    let request = Request::get("/").header(COOKIE, cookie).body(Body::empty()).unwrap();
    assert_eq!(browser.send(request).await.0, StatusCode::INTERNAL_SERVER_ERROR);
}
