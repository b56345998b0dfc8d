//! The first page, and what all pages load: the style sheet and the icon.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use dewar::Session;
use minijinja::context;

use crate::demo::app::App;

/// Who you are here, and what there is to play.
pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "home.html", context! { current => "/" })
}

pub(super) async fn style() -> impl IntoResponse {
    asset("text/css; charset=utf-8", include_str!("../style.css"))
}

pub(super) async fn icon() -> impl IntoResponse {
    asset("image/svg+xml", include_str!("../icon.svg"))
}

/// May be kept for a while, but not for so long that a new version of the program shows an old style.
fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "max-age=60")], text)
}
