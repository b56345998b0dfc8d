//! Where the user is logged in, and logging out there.

use axum::extract::Form;
use axum::response::{Html, Redirect, Result};
use dewar::web::axum::LoggedIn;
use minijinja::context;
use serde::Deserialize;
use shop::User;

use crate::pages::Page;

#[derive(Deserialize)]
pub(crate) struct Ended {
    handle: String,
}

pub(crate) async fn show(user: LoggedIn<User>, page: Page) -> Result<Html<String>> {
    Ok(page.render("devices.html", context! { devices => user.sessions().await? })?)
}

/// Ends one session, if it is this user's: a handle is no secret, and no handle reaches the sessions of others.
pub(crate) async fn end(user: LoggedIn<User>, Form(form): Form<Ended>) -> Result<Redirect> {
    let message = match user.end_session(&form.handle).await? {
        true => "You are logged out there.",
        false => "That session has ended already.",
    };
    user.session().flash(message, "info");
    Ok(Redirect::to("/devices"))
}

pub(crate) async fn end_others(user: LoggedIn<User>) -> Result<Redirect> {
    user.end_other_sessions().await?;
    user.session().flash("You are logged out everywhere else.", "info");
    Ok(Redirect::to("/devices"))
}
