//! Who is logged in: how Dewar loads the shop's users, and what an admin is.

use axum::http::StatusCode;
use dewar::web::axum::{Permission, SessionUser};
use shop::User;

use crate::pages::failed;
use crate::routes::App;

impl SessionUser<App> for User {
    type Error = StatusCode;
    const LOGIN_PAGE: Option<&'static str> = Some("/login");

    async fn load(owner: &str, app: &App) -> Result<Option<Self>, StatusCode> {
        app.database.user_of(owner).await.map_err(failed)
    }
}

/// The permission to see all users and orders.
pub(crate) struct Admin;

impl Permission<User> for Admin {
    fn allows(user: &User) -> bool {
        user.is_admin
    }
}
