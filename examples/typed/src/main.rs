//! The session as a struct: page views, when the visitor came first, and a theme to choose.
//!
//! `cargo run -p typed`, then open <http://127.0.0.1:3000>.

#![allow(clippy::print_stdout, reason = "it says where it listens")]

mod visitor;

use std::env;
use std::error::Error;

use axum::Router;
use axum::extract::Form;
use axum::response::{Html, Redirect, Result};
use axum::routing::{get, post};
use dewar::session::Typed;
use dewar::store::Memory;
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, SessionManager};
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::visitor::{Theme, Visitor};

#[derive(Deserialize)]
struct Choice {
    theme: Theme,
}

/// `modify` runs again on what a parallel request has stored: each visit counts.
async fn home(visitor: Typed<Visitor>) -> Result<Html<String>> {
    visitor.modify(|visitor| visitor.visits += 1)?;
    let Visitor { visits, first_seen, theme } = visitor.get()?;
    let (class, other) = match theme {
        Theme::Light => ("light", "dark"),
        Theme::Dark => ("dark", "light"),
    };
    let page = include_str!("page.html");
    let page = page.replace("{class}", class).replace("{other}", other);
    Ok(Html(page.replace("{visits}", &visits.to_string()).replace("{first_seen}", &first_seen.to_string())))
}

/// Only the field `theme` is written, so that a visit that is counted at the same moment stays counted.
async fn choose(visitor: Typed<Visitor>, Form(Choice { theme }): Form<Choice>) -> Result<Redirect> {
    visitor.modify(move |visitor| visitor.theme = theme)?;
    Ok(Redirect::to("/"))
}

async fn forget(visitor: Typed<Visitor>) -> Redirect {
    visitor.session().destroy();
    Redirect::to("/")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = ServerSide::new("typed", Memory::new());
    // The default cookie needs HTTPS.
    let sessions =
        SessionManager::server_side(ServerSide { cookie: CookiePolicy::plain_http(), ..settings })?;
    let routes =
        Router::new().route("/", get(home)).route("/theme", post(choose)).route("/forget", post(forget));
    let address = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("It listens at http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, routes.layer(SessionLayer::new(sessions))).await?)
}
