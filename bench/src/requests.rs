//! Requests to a router in this process: no network, no runtime, `Service::call` on a ready service.

use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Request, Response};
use axum::{Router, routing::get};
use tower_service::Service;

use dewar_bench_meter::{Role, Row, WORK, cost, now, routes};

use crate::peers::{axum_session, cookie_jar, dewar_layer, dewar_store, ruts, tower_sessions};

/// A router with the routes of [`WORK`].
pub(crate) struct App {
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    pub(crate) routes: Router,
}

const OTHER_COOKIES: &str = "theme=dark; _ga=GA1.2.1234567890.1700000000; lang=de";

/// Sessions in cookies, beside the one peer that keeps them in memory.
pub(crate) fn in_cookies() -> Vec<Row> {
    let mut apps = vec![bare()];
    apps.extend(dewar_layer::apps());
    apps.extend([tower_sessions::app(), cookie_jar::signed_app(), cookie_jar::private_app()]);
    measure(apps)
}

/// Sessions in this process's memory.
pub(crate) fn in_memory() -> Vec<Row> {
    let mut apps = vec![bare()];
    apps.extend(dewar_store::in_memory());
    apps.extend([tower_sessions::app(), axum_session::app(), ruts::app()]);
    measure(apps)
}

fn measure(mut apps: Vec<App>) -> Vec<Row> {
    for app in &mut apps {
        app.routes = routes(std::mem::take(&mut app.routes));
    }
    let cookies: Vec<_> = apps.iter_mut().map(|app| session_cookie(&mut app.routes)).collect();
    let mut rows = Vec::new();
    for (path, work) in WORK {
        for (app, cookie) in apps.iter_mut().zip(&cookies) {
            rows.push(measured(app, work, path, cookie));
        }
    }
    rows
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

fn measured(app: &mut App, work: &str, path: &str, cookie: &str) -> Row {
    let cookies = match path {
        "/new" => format!("{OTHER_COOKIES}; tz=2"),
        _ => format!("{OTHER_COOKIES}; {cookie}"),
    };
    let request = || request(path, &cookies);
    let cost = cost(request, |request| answer(&mut app.routes, request));
    let cookie =
        cookie.split("; ").filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.len()).sum();
    Row { work: work.to_owned(), who: app.who.to_owned(), role: app.role, cost, cookie: Some(cookie) }
}

fn answer(routes: &mut Router, request: Request<Body>) -> Response<Body> {
    let response = now(routes.call(request)).unwrap();
    assert_eq!(response.status(), 200);
    response
}

fn request(path: &str, cookies: &str) -> Request<Body> {
    Request::builder().uri(path).header(COOKIE, cookies).body(Body::empty()).unwrap()
}

/// Names and values of the cookies that a new session gets; of the bare router, any.
fn session_cookie(routes: &mut Router) -> String {
    let response = answer(routes, request("/new", OTHER_COOKIES));
    let lines = response.headers().get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs: Vec<&str> = lines.filter_map(|line| line.split(';').next()).collect();
    if pairs.is_empty() { "tz=2".to_owned() } else { pairs.join("; ") }
}
