//! A list inside the session, changed by several tabs at once, until it is too much.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use dewar::Session;
use dewar::cookie::MAX_NAME_AND_VALUE;
use dewar::random::Random;
use dewar::signing::base64_encode;
use dewar::value::{Map, Value};
use minijinja::context;
use serde::Deserialize;

use crate::demo::app::App;
use crate::demo::settings::Storage;

const CART: &str = "cart";

const MAX_NAME: usize = 60;

/// Things that may be taken without typing.
const SHELF: [&str; 4] = ["Coffee beans", "Green tea", "Thermos flask", "Two cups"];

#[derive(Deserialize)]
pub(super) struct New {
    name: String,
}

/// A line of the cart, by the name in it: its place may be another's by the time of the click.
#[derive(Deserialize)]
pub(super) struct Line {
    name: String,
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    let limit = largest(app.storage());
    app.page(&session, "cart.html", context! { current => "/cart", shelf => SHELF, limit })
}

pub(super) async fn add(session: Session, Form(new): Form<New>) -> Redirect {
    let name: String = new.name.trim().chars().take(MAX_NAME).collect();
    if name.is_empty() {
        session.flash("Please say what to put into the cart.", "error");
    } else {
        change(&session, move |lines| put(lines, &name));
    }
    Redirect::to("/cart")
}

pub(super) async fn more(session: Session, Form(Line { name }): Form<Line>) -> Redirect {
    change(&session, move |lines| lines.iter_mut().filter_map(|line| named(line, &name)).for_each(count_up));
    Redirect::to("/cart")
}

pub(super) async fn remove(session: Session, Form(Line { name }): Form<Line>) -> Redirect {
    change(&session, move |lines| lines.retain_mut(|line| named(line, &name).is_none()));
    Redirect::to("/cart")
}

pub(super) async fn empty(session: Session) -> Redirect {
    session.remove(CART);
    Redirect::to("/cart")
}

/// More than a cookie or a record may hold: random, so that no compression makes it fit.
pub(super) async fn fill(State(app): State<App>, session: Session) -> Response {
    let mut bytes = vec![0; largest(app.storage())];
    if Random::system().fill(&mut bytes).is_err() {
        return axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    change(&session, move |lines| put(lines, &base64_encode(&bytes)));
    Redirect::to("/cart").into_response()
}

/// How many octets a session may have.
fn largest(storage: &Storage) -> usize {
    match storage {
        Storage::InCookie(_) => MAX_NAME_AND_VALUE,
        Storage::InStore(store) => store.settings.largest_record,
    }
}

/// Changes the cart's lines; once more if another tab was faster.
fn change(session: &Session, change: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) {
    // It cannot fail: whatever is no list is an empty cart.
    let _ = session.update(CART, move |cart: Option<Value>| {
        let mut lines = if let Some(Value::List(lines)) = cart { lines } else { Vec::new() };
        change(&mut lines);
        Value::List(lines)
    });
}

/// One more of what is there already, or a new line.
fn put(lines: &mut Vec<Value>, name: &str) {
    match lines.iter_mut().find_map(|line| named(line, name)) {
        Some(item) => count_up(item),
        None => {
            lines.push(Value::Map(Map::from([("name", Value::from(name)), ("quantity", Value::Int(1))])));
        }
    }
}

fn named<'l>(line: &'l mut Value, name: &str) -> Option<&'l mut Map> {
    match line {
        Value::Map(item) if item.get("name").and_then(Value::as_str) == Some(name) => Some(item),
        _ => None,
    }
}

fn count_up(item: &mut Map) {
    if let Some(Value::Int(quantity)) = item.get_mut("quantity") {
        *quantity = quantity.saturating_add(1);
    }
}
