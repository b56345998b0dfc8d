//! Which handler answers what, and what is around all of them.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Html;
use axum::routing::{get, post};
use dewar::SessionManager;
use dewar::web::axum::SessionLayer;
use shop::{Database, Pages, STYLE};
use tower_http::csrf::CsrfLayer;

use crate::{account, admin, cart, devices, pages};

/// What handlers share.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) database: Database,
    pub(crate) pages: Arc<Pages>,
}

/// The whole shop.
///
/// Of the layers the last is the outermost. The session layer is the innermost, so that what the others refuse asks no store.
pub(crate) fn routes(database: Database, sessions: SessionManager) -> Result<Router, shop::Error> {
    let app = App { database, pages: Arc::new(Pages::new()?) };
    let error_pages = Arc::clone(&app.pages);
    let session_layer =
        SessionLayer::new(sessions).on_error(move |error| Html(error_pages.error(error.status())));
    Ok(Router::new()
        .route("/", get(pages::goods))
        .route("/cart", get(cart::show))
        .route("/cart/add", post(cart::add))
        .route("/cart/remove", post(cart::remove))
        .route("/checkout", post(cart::check_out))
        .route("/orders", get(cart::orders))
        .route("/register", get(account::registration).post(account::register))
        .route("/login", get(account::login_page).post(account::log_in))
        .route("/logout", post(account::log_out))
        .route("/account", get(account::show))
        .route("/account/password", post(account::change_password))
        .route("/devices", get(devices::show))
        .route("/devices/end", post(devices::end))
        .route("/devices/end-others", post(devices::end_others))
        .route("/admin", get(admin::show))
        .layer(session_layer)
        .route("/style.css", get(([(CONTENT_TYPE, "text/css")], STYLE)))
        // Forms of other sites are refused with the status 403.
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(app.clone(), pages::error_pages))
        .layer(map_response(pages::safe_headers))
        .with_state(app))
}
