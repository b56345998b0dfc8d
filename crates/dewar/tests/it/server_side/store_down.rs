//! The store is down: no user is logged out, and no response claims what was not stored.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, Request, Response};
use axum::response::IntoResponse as _;
use axum::routing::get;
use dewar::clock::UnixTime;
use dewar::cookie::CookiePolicy;
use dewar::store::{Store, StoreError, Write};
use dewar::web::axum::SessionRejection;
use dewar::web::tower::SessionLayer;
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};
use tower_service::Service;

use crate::hooked_store::{Call, Hook, HookedStore};

/// Reads, and creates if it may; every other write fails.
#[derive(Debug, Default)]
struct Failing {
    reads: bool,
    loads: Arc<AtomicUsize>,
}

impl Hook for Failing {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        let is_done = match call {
            Call::Load => {
                self.loads.fetch_add(1, Ordering::Relaxed);
                self.reads
            }
            Call::Write(Write::Create { .. }) => self.reads,
            _ => false,
        };
        if is_done { Ok(()) } else { Err(StoreError::no_answer("connection to 10.0.0.7 refused")) }
    }
}

fn failing(hook: Failing) -> Arc<dyn Store> {
    Arc::new(HookedStore::new(hook, Arc::default()))
}

fn site(hook: Failing, flask: bool) -> Router {
    let store = failing(hook);
    let settings = if flask { ServerSide::flask(store) } else { ServerSide::new("shop", store) };
    let manager = SessionManager::server_side(settings).unwrap();
    Router::new()
        .route("/plain", get(async || "no session needed"))
        .route("/read", get(async |session: Session| session.contains("user").to_string()))
        .route("/begin", get(async |session: Session| session.insert_value("user", "zoe")))
        .route("/write", get(async |session: Session| session.insert_value("k", 1)))
        .route("/logout", get(async |session: Session| session.destroy()))
        .route("/log_out", get(async |session: Session| session.log_out()))
        .route("/goodbye", get(goodbye))
        .layer(SessionLayer::new(manager))
}

async fn goodbye(session: Session) {
    session.log_out();
    session.flash("Goodbye", "message");
}

async fn ask(site: &mut Router, path: &str, cookie: &str) -> Response<Body> {
    let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
    site.call(request).await.unwrap()
}

fn text(response: &Response<Body>, name: axum::http::HeaderName) -> Option<&str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_503_and_the_cookie_stays() {
    for flask in [false, true] {
        let mut site = site(Failing::default(), flask);
        let cookie = format!("__Host-session={0}; session={0}", "A".repeat(45));
        for path in ["/read", "/write", "/logout"] {
            let response = ask(&mut site, path, &cookie).await;
            assert_eq!(response.status(), 503, "{path}");
            assert_eq!(text(&response, RETRY_AFTER), Some("1"));
            assert_eq!(text(&response, CACHE_CONTROL), Some("no-store"));
            assert_eq!(text(&response, SET_COOKIE), None);
            let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
            assert_eq!(body.is_empty(), !cfg!(debug_assertions), "nothing internal reaches the client");
        }
        let plain = ask(&mut site, "/plain", &cookie).await;
        assert_eq!((plain.status().as_u16(), text(&plain, SET_COOKIE)), (200, None));
        // A client without a session is not affected by a store that is down.
        assert_eq!(ask(&mut site, "/read", "").await.status(), 200);
    }
}

#[tokio::test]
async fn a_write_that_failed_takes_the_place_of_the_response() {
    for flask in [false, true] {
        let mut site = site(Failing { reads: true, ..Failing::default() }, flask);
        let begun = ask(&mut site, "/begin", "").await;
        let cookie = text(&begun, SET_COOKIE).unwrap().split(';').next().unwrap().to_owned();
        let response = ask(&mut site, "/write", &cookie).await;
        assert_eq!((response.status().as_u16(), text(&response, SET_COOKIE)), (503, None));
        for logout in ["/logout", "/log_out", "/goodbye"] {
            let response = ask(&mut site, logout, &cookie).await;
            assert_eq!(response.status(), 503);
            let removal = text(&response, SET_COOKIE).expect("the client at least removes it");
            assert!(removal.contains("Max-Age=0"), "{removal}");
        }
        assert_eq!(ask(&mut site, "/read", &cookie).await.status(), 200);
    }
}

/// Flask refreshes at the end of each request, but a store that has just failed is not called again.
#[tokio::test]
async fn a_failed_store_is_called_once_per_request() {
    let loads = Arc::new(AtomicUsize::new(0));
    let mut site = site(Failing { loads: loads.clone(), ..Failing::default() }, true);
    let cookie = format!("session={}", "A".repeat(43));
    for (path, status) in [("/read", 503), ("/plain", 200)] {
        loads.store(0, Ordering::Relaxed);
        assert_eq!(ask(&mut site, path, &cookie).await.status(), status);
        assert_eq!(loads.load(Ordering::Relaxed), 1, "{path}");
    }
}

/// As in the guide: a logout that removes the cookie even if the store does not answer.
async fn log_out(
    manager: SessionManager,
    session: Result<Session, SessionRejection>,
) -> axum::response::Response {
    match session {
        Ok(session) => {
            session.destroy();
            "Goodbye".into_response()
        }
        Err(rejection) => {
            let mut response = rejection.into_response();
            for removal in manager.removal_cookies() {
                response.headers_mut().append(SET_COOKIE, HeaderValue::try_from(removal).unwrap());
            }
            response
        }
    }
}

#[tokio::test]
async fn a_browser_can_be_logged_out_while_the_store_is_down() {
    let keys = SecretKeys::new("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5").unwrap();
    let previous = ClientSide {
        cookie: CookiePolicy { domain: Some("example.org".into()), ..CookiePolicy::flask() },
        ..ClientSide::flask(keys)
    };
    let previous = SessionManager::client_side(previous).unwrap();
    let manager = SessionManager::server_side(ServerSide::new("shop", failing(Failing::default()))).unwrap();
    let manager = manager.migrating_from(previous, UnixTime::from_seconds(4_000_000_000));
    let handler = manager.clone();
    let mut site = Router::new()
        .route("/logout", get(async move |session| log_out(handler, session).await))
        .layer(SessionLayer::new(manager));
    let cookie = format!("__Host-session={}", "A".repeat(45));
    let response = ask(&mut site, "/logout", &cookie).await;
    assert_eq!((response.status().as_u16(), text(&response, RETRY_AFTER)), (503, Some("1")));
    assert_eq!(text(&response, CACHE_CONTROL), Some("no-store"));
    let removals: Vec<&str> =
        response.headers().get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap()).collect();
    assert_eq!(removals.len(), 2);
    assert!(removals.iter().all(|line| line.contains("=; ") && line.contains("Max-Age=0")), "{removals:?}");
    assert!(removals[0].starts_with("__Host-session=;") && removals[1].contains("Domain=example.org"));
}
