//! Requests to a router in this process: no network, no runtime, `Service::call` on a ready service.

use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Request, Response};
use axum::{Router, routing::get};
use tower_service::Service;

use crate::measure::{cost, now};
use crate::peers::{cookie_jar, dewar_layer, tower_sessions};
use crate::table::{Role, Row};

/// A router with the routes of [`WORK`].
pub(crate) struct App {
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    pub(crate) routes: Router,
}

/// A path and what its handler does with the session.
const WORK: [(&str, &str); 4] = [
    ("/untouched", "request, session untouched"),
    ("/read", "request, session read"),
    ("/write", "request, session changed"),
    ("/new", "request, session made"),
];

const OTHER_COOKIES: &str = "theme=dark; _ga=GA1.2.1234567890.1700000000; lang=de";

pub(crate) fn measure() -> Vec<Row> {
    let mut apps = apps();
    let cookies: Vec<_> = apps.iter_mut().map(|app| session_cookie(&mut app.routes)).collect();
    let mut rows = Vec::new();
    for (path, work) in WORK {
        for (app, cookie) in apps.iter_mut().zip(&cookies) {
            rows.push(measured(app, work, path, cookie));
        }
    }
    rows
}

fn apps() -> Vec<App> {
    let mut apps = vec![bare()];
    apps.extend(dewar_layer::apps());
    apps.extend([tower_sessions::app(), cookie_jar::signed_app(), cookie_jar::private_app()]);
    for app in &mut apps {
        // As `axum::serve` does: each handler is made a service once, not at each request.
        app.routes = std::mem::take(&mut app.routes).with_state(());
    }
    apps
}

fn bare() -> App {
    let routes = Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(ok))
        .route("/write", get(ok))
        .route("/new", get(ok));
    App { who: "bare router", role: Role::Bare, routes }
}

pub(crate) async fn ok() -> &'static str {
    "ok"
}

fn measured(app: &mut App, work: &'static str, path: &str, cookie: &str) -> Row {
    let cookies = match path {
        "/new" => format!("{OTHER_COOKIES}; tz=2"),
        _ => format!("{OTHER_COOKIES}; {cookie}"),
    };
    let request = || request(path, &cookies);
    let cost = cost(request, |request| answer(&mut app.routes, request));
    let cookie = cookie.split_once('=').map(|(_, value)| value.len());
    Row { work, who: app.who, role: app.role, cost, cookie }
}

fn answer(routes: &mut Router, request: Request<Body>) -> Response<Body> {
    let response = now(routes.call(request)).unwrap();
    assert_eq!(response.status(), 200);
    response
}

fn request(path: &str, cookies: &str) -> Request<Body> {
    Request::builder().uri(path).header(COOKIE, cookies).body(Body::empty()).unwrap()
}

/// Name and value of the cookie that a new session gets; of the bare router, any.
fn session_cookie(routes: &mut Router) -> String {
    let response = answer(routes, request("/new", OTHER_COOKIES));
    let line = response.headers().get(SET_COOKIE).and_then(|line| line.to_str().ok());
    line.and_then(|line| line.split(';').next()).unwrap_or("tz=2").to_owned()
}
