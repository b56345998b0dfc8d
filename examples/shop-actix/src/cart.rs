//! The cart, and how it becomes an order.

use actix_web::Result;
use actix_web::web::{Data, Form, Html, Redirect};
use dewar::SessionManager;
use dewar::session::Typed;
use dewar::web::actix_web::LoggedIn;
use minijinja::context;
use serde::Deserialize;
use shop::{Database, Order, Shopping};

use crate::pages::{Page, failed, see};
use crate::user::Customer;

#[derive(Deserialize)]
pub(crate) struct Choice {
    article: String,
}

pub(crate) async fn show(page: Page) -> Result<Html> {
    page.render("cart.html", context! {})
}

/// `modify` runs its function again on what another tab has stored meanwhile, so that nothing that is added is lost.
pub(crate) async fn add(shopping: Typed<Shopping>, Form(form): Form<Choice>) -> Result<Redirect> {
    let is_known = shopping.modify(move |shopping| shopping.add(&form.article))?;
    let (message, category) =
        if is_known { ("It is in your cart.", "info") } else { ("We do not sell that.", "error") };
    shopping.session().flash(message, category);
    Ok(see("/cart"))
}

pub(crate) async fn remove(shopping: Typed<Shopping>, Form(form): Form<Choice>) -> Result<Redirect> {
    shopping.modify(move |shopping| shopping.remove(&form.article))?;
    Ok(see("/cart"))
}

/// Places the order once, whatever happens: a second click, a parallel request, a crash in the middle.
pub(crate) async fn check_out(
    database: Data<Database>,
    user: LoggedIn<Customer>,
    shopping: Typed<Shopping>,
    sessions: SessionManager,
) -> Result<Redirect> {
    // The cart becomes an order, which is saved before it is placed.
    let id = Order::new_id().map_err(failed)?;
    shopping.modify(move |shopping| shopping.begin_order(&id))?;
    sessions.save_now(shopping.session()).await?;

    // Now the session is as it is stored: of parallel requests all see one order.
    let Some(order) = shopping.get()?.order else {
        shopping.session().flash("There is nothing in your cart.", "error");
        return Ok(see("/cart"));
    };
    // Its id is unique in the database. A real shop also gives it to the payment service, for the same reason.
    if database.place(&user, &order).await.map_err(failed)? {
        shopping.session().flash("Thank you for your order!", "info");
    }
    shopping.modify(move |shopping| shopping.end_order(&order.id))?;
    Ok(see("/orders"))
}

pub(crate) async fn orders(database: Data<Database>, user: LoggedIn<Customer>, page: Page) -> Result<Html> {
    let orders = database.orders(Some(&user)).await.map_err(failed)?;
    page.render("orders.html", context! { orders })
}
