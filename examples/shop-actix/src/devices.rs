//! Where the user is logged in, and logging out there.

use actix_web::Result;
use actix_web::web::{Form, Html, Redirect};
use dewar::web::actix_web::LoggedIn;
use minijinja::context;
use serde::Deserialize;

use crate::pages::{Page, see};
use crate::user::Customer;

#[derive(Deserialize)]
pub(crate) struct Ended {
    handle: String,
}

pub(crate) async fn show(user: LoggedIn<Customer>, page: Page) -> Result<Html> {
    page.render("devices.html", context! { devices => user.sessions().await? })
}

/// Ends one session, if it is this user's: a handle is no secret, and no handle reaches the sessions of others.
pub(crate) async fn end(user: LoggedIn<Customer>, Form(form): Form<Ended>) -> Result<Redirect> {
    let message = match user.end_session(&form.handle).await? {
        true => "You are logged out there.",
        false => "That session has ended already.",
    };
    user.session().flash(message, "info");
    Ok(see("/devices"))
}

pub(crate) async fn end_others(user: LoggedIn<Customer>) -> Result<Redirect> {
    user.end_other_sessions().await?;
    user.session().flash("You are logged out everywhere else.", "info");
    Ok(see("/devices"))
}
