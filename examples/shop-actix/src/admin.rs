//! What only the admin sees.

use actix_web::Result;
use actix_web::web::{Data, Html};
use dewar::web::actix_web::Allowed;
use minijinja::context;
use shop::Database;

use crate::pages::{Page, failed};
use crate::user::{Admin, Customer};

/// The first argument is the guard: visitors are sent to the login page, other users get the status 403.
pub(crate) async fn show(_: Allowed<Customer, Admin>, database: Data<Database>, page: Page) -> Result<Html> {
    let users: Vec<String> =
        database.users().await.map_err(failed)?.into_iter().map(|user| user.name).collect();
    let orders = database.orders(None).await.map_err(failed)?;
    page.render("admin.html", context! { users, orders })
}
