//! Logging in with a name, and out again.

use axum::Form;
use axum::extract::State;
use axum::response::{Redirect, Response};
use dewar::Session;
use minijinja::context;
use serde::Deserialize;

use crate::demo::app::App;
use crate::demo::device::Visitor;

/// Longer names are cut.
const MAX_NAME: usize = 40;

#[derive(Deserialize)]
pub(super) struct LogIn {
    username: String,
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "login.html", context! { current => "/login" })
}

pub(super) async fn log_in(
    State(app): State<App>,
    visitor: Visitor,
    session: Session,
    Form(form): Form<LogIn>,
) -> Redirect {
    let name: String = form.username.trim().chars().take(MAX_NAME).collect();
    if name.is_empty() {
        session.flash("Please enter a name: any will do.", "error");
        return Redirect::to("/login");
    }
    if app.storage().knows_owners() {
        session.log_in(format!("user:{name}"));
        visitor.label(&session);
    } else {
        // Flask's cookie stays as a Flask program would write it: without an owner.
        session.regenerate_id();
    }
    session.insert_value("username", name);
    Redirect::to("/")
}

pub(super) async fn log_out(session: Session) -> Redirect {
    session.log_out();
    session.flash("You are logged out, and the session is empty.", "info");
    Redirect::to("/login")
}
