//! Server-sent events that end when the user logs out, in this tab or elsewhere. They count in the session as they go, and save it.
//!
//! `cargo run -p live`, then open <http://127.0.0.1:3000> in two tabs and log out in one.

#![allow(clippy::print_stdout, reason = "it says where it listens")]

mod ticks;

use std::env;
use std::error::Error;

use axum::Router;
use axum::extract::Form;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use dewar::store::Memory;
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Login {
    name: String,
}

async fn home(session: Session) -> Html<&'static str> {
    Html(if session.owner().is_some() { include_str!("live.html") } else { include_str!("login.html") })
}

/// A real program checks a password first: see the example `shop-axum`.
async fn log_in(session: Session, Form(login): Form<Login>) -> Redirect {
    session.log_in(format!("user:{}", login.name));
    Redirect::to("/")
}

async fn log_out(session: Session) -> Redirect {
    session.log_out();
    Redirect::to("/")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = ServerSide::new("live", Memory::new());
    // The default cookie needs HTTPS.
    let sessions =
        SessionManager::server_side(ServerSide { cookie: CookiePolicy::plain_http(), ..settings })?;
    let routes = Router::new()
        .route("/", get(home))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/ticks", get(ticks::ticks))
        .route("/live.js", get(([(CONTENT_TYPE, "text/javascript")], include_str!("live.js"))));
    let address = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("It listens at http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, routes.layer(SessionLayer::new(sessions))).await?)
}
