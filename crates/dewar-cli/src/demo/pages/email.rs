//! Setting, getting and deleting a value: the three pages of every tutorial on Flask's session.

use axum::Form;
use axum::extract::State;
use axum::response::{Redirect, Response};
use dewar::Session;
use minijinja::context;
use serde::Deserialize;

use crate::demo::app::App;

const MAX_EMAIL: usize = 254;

#[derive(Deserialize)]
pub(super) struct Email {
    email_address: String,
}

pub(super) async fn form(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "set_email.html", context! { current => "/get_email", step => "set" })
}

pub(super) async fn set(session: Session, Form(form): Form<Email>) -> Redirect {
    let email: String = form.email_address.trim().chars().take(MAX_EMAIL).collect();
    if email.is_empty() {
        session.flash("Please enter an email address: any will do.", "error");
        return Redirect::to("/set_email");
    }
    session.insert_value("email", email);
    Redirect::to("/get_email")
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "get_email.html", context! { current => "/get_email", step => "get" })
}

pub(super) async fn question(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "delete_email.html", context! { current => "/get_email", step => "delete" })
}

pub(super) async fn delete(session: Session) -> Redirect {
    match session.remove("email") {
        Some(_) => session.flash("The email is deleted from the session.", "success"),
        None => session.flash("There was no email to delete.", "info"),
    }
    Redirect::to("/get_email")
}
