//! A list inside the session, changed in place, until it is too much.

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
use crate::demo::settings::Keeping;

const CART: &str = "cart";

const MAX_NAME: usize = 60;

/// Things that may be taken without typing.
const SHELF: [&str; 4] = ["Coffee beans", "Green tea", "Thermos flask", "Two cups"];

#[derive(Deserialize)]
pub(super) struct New {
    name: String,
}

/// Which line of the cart, counted from 0.
#[derive(Deserialize)]
pub(super) struct Line {
    line: usize,
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    let limit = largest(app.keeping());
    app.page(&session, "cart.html", context! { current => "/cart", shelf => SHELF, limit })
}

pub(super) async fn add(session: Session, Form(new): Form<New>) -> Redirect {
    let name: String = new.name.trim().chars().take(MAX_NAME).collect();
    if name.is_empty() {
        session.flash("Please say what to put into the cart.", "error");
    } else {
        session.edit(|data| put(data, &name));
    }
    Redirect::to("/cart")
}

pub(super) async fn more(session: Session, Form(Line { line }): Form<Line>) -> Redirect {
    session.edit(|data| {
        edit_lines(data, |lines| {
            if let Some(Value::Map(item)) = lines.get_mut(line) {
                count_up(item);
            }
        });
    });
    Redirect::to("/cart")
}

pub(super) async fn remove(session: Session, Form(Line { line }): Form<Line>) -> Redirect {
    session.edit(|data| {
        edit_lines(data, |lines| {
            if line < lines.len() {
                lines.remove(line);
            }
        });
    });
    Redirect::to("/cart")
}

pub(super) async fn empty(session: Session) -> Redirect {
    session.remove(CART);
    Redirect::to("/cart")
}

/// More than a cookie or a record may hold: random, so that no compression makes it fit.
pub(super) async fn fill(State(app): State<App>, session: Session) -> Response {
    let mut bytes = vec![0; largest(app.keeping())];
    if Random::system().fill(&mut bytes).is_err() {
        return axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    session.edit(|data| put(data, &base64_encode(&bytes)));
    Redirect::to("/cart").into_response()
}

/// How many octets a session may have.
fn largest(keeping: &Keeping) -> usize {
    match keeping {
        Keeping::InCookie(_) => MAX_NAME_AND_VALUE,
        Keeping::InStore(store) => store.settings.largest_record,
    }
}

/// One more of what is there already, or a new line.
fn put(data: &mut Map, name: &str) {
    edit_lines(data, |lines| {
        let mut items =
            lines.iter_mut().filter_map(|line| if let Value::Map(item) = line { Some(item) } else { None });
        match items.find(|item| item.get("name").and_then(Value::as_str) == Some(name)) {
            Some(item) => count_up(item),
            None => {
                lines.push(Value::Map(Map::from([("name", Value::from(name)), ("quantity", Value::Int(1))])))
            }
        }
    });
}

fn count_up(item: &mut Map) {
    if let Some(Value::Int(quantity)) = item.get_mut("quantity") {
        *quantity = quantity.saturating_add(1);
    }
}

/// Edits the cart's lines; a cart without lines is none.
fn edit_lines(data: &mut Map, edit: impl FnOnce(&mut Vec<Value>)) {
    let mut lines = match data.remove(CART) {
        Some(Value::List(lines)) => lines,
        _ => Vec::new(),
    };
    edit(&mut lines);
    if !lines.is_empty() {
        data.insert(CART, lines);
    }
}
