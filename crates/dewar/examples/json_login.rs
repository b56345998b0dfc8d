//! Logins and a counter, in Redis. A port of actix-session's example `redis-session`.
//!
//! `cargo run -p dewar --example json_login --features axum`, with a Redis on this machine; it listens on <http://127.0.0.1:5000>.

use std::error::Error;

use axum::extract::Form;
use axum::response::{Json, Result};
use axum::routing::{get, post};
use axum::{Router, serve};
use dewar::error::SettingsError;
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Serialize)]
struct Status {
    user_id: Option<String>,
    counter: u32,
}

#[derive(Deserialize)]
struct Identity {
    user_id: String,
}

async fn index(session: Session) -> Result<Json<Status>> {
    let user_id = session.owner().map(|owner| owner.to_string());
    Ok(Json(Status { user_id, counter: session.get("counter")?.unwrap_or_default() }))
}

async fn do_something(session: Session) -> Result<Json<Status>> {
    session.modify("counter", |counter: &mut u32| *counter += 1)?;
    index(session).await
}

async fn log_in(session: Session, Form(identity): Form<Identity>) -> Result<Json<Status>> {
    session.log_in(identity.user_id);
    index(session).await
}

async fn log_out(session: Session) -> String {
    let Some(owner) = session.owner() else { return "Could not log out anonymous user".to_owned() };
    session.log_out();
    format!("Logged out: {owner}")
}

/// The program, with any store.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let routes = Router::new().route("/", get(index)).route("/do_something", post(do_something));
    let routes = routes.route("/login", post(log_in)).route("/logout", post(log_out));
    Ok(routes.layer(SessionLayer::new(SessionManager::server_side(settings)?)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = ServerSide::new("counter", dewar_stores::open("redis://127.0.0.1").await?);
    // The default cookie needs HTTPS.
    let app = app(ServerSide { cookie: CookiePolicy::plain_http(), ..settings })?;
    Ok(serve(TcpListener::bind("127.0.0.1:5000").await?, app).await?)
}
