//! The first page: who you are here, and what there is to play.

use axum::extract::State;
use axum::response::Response;
use dewar::Session;
use minijinja::context;

use crate::demo::app::App;

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "home.html", context! { current => "/" })
}
