//! A list inside the session, changed by several tabs at once, until it is too large.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dewar::Session;
use dewar::cookie::MAX_NAME_AND_VALUE;
use dewar::random::Random;
use dewar::signing::base64_encode;
use dewar::value::ConvertError;
use minijinja::context;
use serde::{Deserialize, Serialize};

use crate::demo::app::App;
use crate::demo::settings::Storage;

const CART: &str = "cart";

const MAX_NAME: usize = 60;

/// Items that can be added without typing.
const SHELF: [&str; 4] = ["Coffee beans", "Green tea", "Thermos flask", "Two cups"];

#[derive(Deserialize)]
pub(super) struct New {
    name: String,
}

/// An item of the cart, by its name: another tab may have changed its place in the list.
#[derive(Deserialize)]
pub(super) struct Chosen {
    name: String,
}

#[derive(Serialize, Deserialize)]
struct Item {
    name: String,
    quantity: u32,
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    let limit = largest(app.storage());
    app.page(&session, "cart.html", context! { current => "/cart", shelf => SHELF, limit })
}

pub(super) async fn add(session: Session, Form(new): Form<New>) -> Result<Redirect, ConvertError> {
    let name: String = new.name.trim().chars().take(MAX_NAME).collect();
    if name.is_empty() {
        session.flash("Please enter what to add to the cart.", "error");
        return Ok(Redirect::to("/cart"));
    }
    change(&session, move |cart| put(cart, &name))
}

pub(super) async fn more(
    session: Session,
    Form(Chosen { name }): Form<Chosen>,
) -> Result<Redirect, ConvertError> {
    change(&session, move |cart| {
        count_up(cart, &name);
    })
}

pub(super) async fn remove(
    session: Session,
    Form(Chosen { name }): Form<Chosen>,
) -> Result<Redirect, ConvertError> {
    change(&session, move |cart| cart.retain(|item| item.name != name))
}

pub(super) async fn empty(session: Session) -> Redirect {
    session.remove(CART);
    Redirect::to("/cart")
}

/// More than a cookie or a record may hold: random, so that no compression makes it fit.
pub(super) async fn fill(State(app): State<App>, session: Session) -> Result<Response, ConvertError> {
    let mut bytes = vec![0; largest(app.storage())];
    if Random::system().fill(&mut bytes).is_err() {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    }
    change(&session, move |cart| put(cart, &base64_encode(&bytes))).map(Redirect::into_response)
}

/// How many bytes a session may have.
fn largest(storage: &Storage) -> usize {
    match storage {
        Storage::InCookie(_) => MAX_NAME_AND_VALUE,
        Storage::InStore(store) => store.settings.largest_record,
    }
}

/// Changes the cart. The function runs again if another tab has stored the cart in the meantime.
fn change(
    session: &Session,
    change: impl Fn(&mut Vec<Item>) + Send + Sync + 'static,
) -> Result<Redirect, ConvertError> {
    session.modify(CART, change)?;
    Ok(Redirect::to("/cart"))
}

/// One more of an item that is there, or a new one.
fn put(cart: &mut Vec<Item>, name: &str) {
    if !count_up(cart, name) {
        cart.push(Item { name: name.to_owned(), quantity: 1 });
    }
}

/// Returns whether the item is there.
fn count_up(cart: &mut [Item], name: &str) -> bool {
    let item = cart.iter_mut().find(|item| item.name == name);
    item.map(|item| item.quantity = item.quantity.saturating_add(1)).is_some()
}
