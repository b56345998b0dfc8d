//! Which address leads where, and what lies around all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use dewar::web::axum::SessionLayer;

use super::{cart, email, flash, home, inspector, lifetime, login, race, sessions};
use crate::demo::app::App;
use crate::demo::{failure, middleware, own_forms};

/// No form of this site is larger.
const MAX_FORM: usize = 16 << 10;

pub(in crate::demo) fn router(app: App) -> Router {
    scenes()
        .layer(SessionLayer::new(app.manager().clone()))
        // Outside the layer: these set the cookie as it must not be, and it must stay so.
        .route("/inspector/tamper", post(inspector::tamper))
        // Outside as well: it plays two requests, each with a session of its own.
        .route("/race/run", post(race::run))
        .route("/style.css", get(home::style))
        .route("/favicon.svg", get(home::icon))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn(own_forms::only))
        .layer(from_fn_with_state(app.clone(), failure::explain))
        .layer(from_fn(middleware::headers))
        .layer(from_fn(middleware::log))
        .with_state(app)
}

fn scenes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/login", get(login::show).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/set_email", get(email::form).post(email::set))
        .route("/get_email", get(email::show))
        .route("/delete_email", get(email::question).post(email::delete))
        .route("/lifetime", get(lifetime::show).post(lifetime::set))
        .route("/cart", get(cart::show))
        .route("/cart/add", post(cart::add))
        .route("/cart/more", post(cart::more))
        .route("/cart/remove", post(cart::remove))
        .route("/cart/empty", post(cart::empty))
        .route("/cart/fill", post(cart::fill))
        .route("/flash", get(flash::show).post(flash::say))
        .route("/sessions", get(sessions::show))
        .route("/sessions/end", post(sessions::end))
        .route("/sessions/end-others", post(sessions::end_others))
        .route("/race", get(race::show))
        .route("/inspector", get(inspector::show))
        .route("/inspector/clear", post(inspector::clear))
}
