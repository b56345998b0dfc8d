//! What only the admin sees.

use axum::extract::State;
use axum::response::{Html, Result};
use dewar::web::axum::Allowed;
use minijinja::context;
use shop::{Database, User};

use crate::pages::{Page, failed};
use crate::user::Admin;

/// The first argument is the guard: visitors are sent to the login page, other users get the status 403.
pub(crate) async fn show(
    _: Allowed<User, Admin>,
    State(database): State<Database>,
    page: Page,
) -> Result<Html<String>> {
    let users: Vec<String> =
        database.users().await.map_err(failed)?.into_iter().map(|user| user.name).collect();
    let orders = database.orders(None).await.map_err(failed)?;
    Ok(page.render("admin.html", context! { users, orders })?)
}
