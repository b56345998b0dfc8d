//! Messages that are shown once.

use axum::Form;
use axum::extract::State;
use axum::response::{Redirect, Response};
use dewar::Session;
use minijinja::context;
use serde::Deserialize;

use crate::demo::app::App;

const MAX_MESSAGE: usize = 200;

/// The categories that have a colour; Flask takes any text.
const CATEGORIES: [&str; 4] = ["info", "success", "warning", "error"];

#[derive(Deserialize)]
pub(super) struct Said {
    message: String,
    category: String,
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "flash.html", context! { current => "/flash", categories => CATEGORIES })
}

pub(super) async fn say(session: Session, Form(said): Form<Said>) -> Redirect {
    let message: String = said.message.trim().chars().take(MAX_MESSAGE).collect();
    let category = CATEGORIES.into_iter().find(|category| *category == said.category).unwrap_or("message");
    if !message.is_empty() {
        session.flash(message, category);
    }
    Redirect::to("/flash")
}
