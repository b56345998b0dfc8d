//! A program of one page behind the session layer, called in this process.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use axum::routing::{MethodRouter, any};
use dewar::clock::{Clock, UnixTime};
use dewar::web::tower::SessionLayer;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};
use tower_service::Service;

pub(super) const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);

/// Strong enough for sealing.
pub(super) const SECRET: &str = "swordfish, but of thirty-two bytes and more";

pub(super) fn keys(secret: &str) -> SecretKeys {
    SecretKeys::accepting_weak(secret).unwrap()
}

pub(super) fn sealed() -> ClientSide {
    ClientSide { clock: Clock::fixed(NOW), ..ClientSide::new(keys(SECRET)) }
}

pub(super) fn flask() -> ClientSide {
    ClientSide { clock: Clock::fixed(NOW), ..ClientSide::flask(keys(SECRET)) }
}

/// Both formats, each at `NOW`.
pub(super) fn both() -> [ClientSide; 2] {
    [sealed(), flask()]
}

pub(super) fn at(settings: &ClientSide, now: UnixTime) -> ClientSide {
    ClientSide { clock: Clock::fixed(now), ..settings.clone() }
}

/// The page with its sessions.
pub(super) fn app(settings: ClientSide, page: MethodRouter) -> Router {
    let sessions = SessionManager::client_side(settings).unwrap();
    Router::new().route("/", page).layer(SessionLayer::new(sessions))
}

/// A page that logs in as Zoe.
pub(super) fn login() -> MethodRouter {
    any(|session: Session| async move { session.insert_value("user", "zoe") })
}

/// A page that says who is logged in.
pub(super) fn whoami() -> MethodRouter {
    any(|session: Session| async move { session.get::<String>("user").ok().flatten().unwrap_or_default() })
}

/// The session cookie, `name=value`, of a user who has just logged in.
pub(super) async fn cookie_of(settings: &ClientSide) -> String {
    pair(&ask(app(settings.clone(), login()), &[]).await).expect("a cookie")
}

/// The user of that cookie in a program with these settings; empty if none.
pub(super) async fn who(settings: &ClientSide, cookie: &str) -> String {
    ask(app(settings.clone(), whoami()), &[cookie]).await.into_body()
}

pub(super) async fn ask(app: Router, cookies: &[&str]) -> Response<String> {
    let cookies: Vec<&[u8]> = cookies.iter().map(|cookie| cookie.as_bytes()).collect();
    ask_in_bytes(app, &cookies).await
}

/// Sends one `Cookie` header for each of these.
pub(super) async fn ask_in_bytes(app: Router, cookies: &[&[u8]]) -> Response<String> {
    let mut request = Request::get("/").body(Body::empty()).unwrap();
    for cookie in cookies {
        request.headers_mut().append(COOKIE, HeaderValue::from_bytes(cookie).unwrap());
    }
    send(app, request).await
}

pub(super) async fn send(mut app: Router, request: Request<Body>) -> Response<String> {
    let answered: Result<Response<Body>, Infallible> = app.call(request).await;
    let (head, body) = answered.unwrap().into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    Response::from_parts(head, String::from_utf8(body.into()).unwrap())
}

/// The values of all headers of a name.
pub(super) fn all(headers: &HeaderMap, name: HeaderName) -> Vec<&str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

pub(super) fn set_cookies(response: &Response<String>) -> Vec<&str> {
    all(response.headers(), SET_COOKIE)
}

/// The `name=value` of the only cookie that a response sets.
pub(super) fn pair(response: &Response<String>) -> Option<String> {
    let lines = set_cookies(response);
    assert!(lines.len() <= 1, "{lines:?}");
    Some(lines.first()?.split(';').next()?.to_owned())
}

/// All that a client sees of a response.
pub(super) fn seen(response: &Response<String>) -> (u16, &HeaderMap, &str) {
    (response.status().as_u16(), response.headers(), response.body())
}
