//! Requests to a router in this process: no network, no runtime, `Service::call` on a ready service.

use std::sync::Arc;

use axum::{Extension, Router, routing::get};
use dewar_bench_meter::{Program, Role, Row, WORK, cost, now, octets, pairs, routes, runtime, with};

use crate::peers::{axum_session, cookie_jar, dewar_layer, dewar_store, least, ruts, tower_sessions};

/// A router with the routes of [`WORK`].
pub(crate) struct App {
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    pub(crate) routes: Router,
}

/// Sessions in cookies, beside the one peer that keeps them in memory.
pub(crate) fn in_cookies() -> Vec<Row> {
    let mut apps = vec![bare(), with_extension(), least::sealed(), least::flask()];
    apps.extend(dewar_layer::apps());
    apps.extend([tower_sessions::app(), cookie_jar::signed_app(), cookie_jar::private_app()]);
    measure(apps)
}

/// Sessions in this process's memory.
pub(crate) fn in_memory() -> Vec<Row> {
    // For `axum_session`, which signs on threads of the runtime.
    let runtime = runtime();
    let _inside = runtime.enter();
    let mut apps = vec![bare(), with_extension(), least::in_memory()];
    apps.extend(dewar_store::in_memory());
    apps.extend([tower_sessions::app(), axum_session::app(), ruts::app()]);
    measure(apps)
}

/// Of a visitor who has no session.
pub(crate) const WITHOUT_COOKIE: &str = "request without a session, none used";

fn measure(apps: Vec<App>) -> Vec<Row> {
    let ready = |app: App| App { routes: routes(app.routes), ..app };
    let mut apps: Vec<App> = apps.into_iter().map(ready).collect();
    let cookies: Vec<_> = apps.iter_mut().map(|app| session(&mut app.routes)).collect();
    let mut rows = Vec::new();
    for (path, work) in WORK {
        for (app, cookie) in apps.iter_mut().zip(&cookies) {
            rows.push(measured(app, work, path, cookie));
        }
    }
    rows.extend(apps.iter_mut().map(|app| measured(app, WITHOUT_COOKIE, "/untouched", "")));
    rows
}

pub(crate) fn bare() -> App {
    let routes = Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(ok))
        .route("/write", get(ok))
        .route("/new", get(ok));
    App { who: "bare router", role: Role::Bare, routes }
}

pub(crate) const EXTENSION: &str = "axum's layer for extensions";

/// The least that a layer costs which hands something to the handler.
fn with_extension() -> App {
    App { who: EXTENSION, role: Role::Part, routes: bare().routes.layer(Extension(Arc::new(0_u8))) }
}

pub(crate) async fn ok() -> &'static str {
    "ok"
}

fn measured(app: &mut App, work: &str, path: &str, cookie: &str) -> Row {
    let cookies = with(Some(cookie).filter(|_| path != "/new"));
    let request = || Router::request(path, &cookies);
    let cost = cost(request, |request| now(app.routes.answer(request)));
    Router::cookies(&now(app.routes.answer(request())));
    let (who, cookie) = (app.who.to_owned(), Some(octets(cookie)));
    Row { work: work.to_owned(), who, role: app.role, cost, cookie, server: None }
}

/// The cookies that a new session gets; of the bare router, none.
fn session(routes: &mut Router) -> String {
    pairs(&Router::cookies(&now(routes.answer(Router::request("/new", &with(None))))))
}
