//! Whether the session outlives the browser.

use axum::Form;
use axum::extract::State;
use axum::response::{Redirect, Response};
use dewar::Session;
use minijinja::context;
use serde::Deserialize;

use crate::demo::app::App;
use crate::diagnosis::in_words;

#[derive(Deserialize)]
pub(super) struct Choice {
    keep: Keep,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Keep {
    BrowserSession,
    Permanent,
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    let lifetime = app.storage().lifetime();
    let words = |limit: Option<std::time::Duration>| limit.map(|limit| in_words(limit.as_secs()));
    let content = context! {
        current => "/lifetime",
        idle => words(lifetime.idle),
        absolute => words(lifetime.absolute),
    };
    app.page(&session, "lifetime.html", content)
}

pub(super) async fn set(session: Session, Form(choice): Form<Choice>) -> Redirect {
    session.set_permanent(matches!(choice.keep, Keep::Permanent));
    session.flash("Your choice is saved.", "success");
    Redirect::to("/lifetime")
}
