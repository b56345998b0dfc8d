//! A counter that counts every request, also parallel ones. A port of tower-sessions' example `counter`.
//!
//! `cargo run -p dewar --example counter --features axum`, then open <http://127.0.0.1:5000>.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use dewar::error::SettingsError;
use dewar::store::Memory;
use dewar::value::ConvertError;
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use tokio::net::TcpListener;

async fn page(session: Session) -> Result<String, ConvertError> {
    let count = session.update("counter", |count: Option<u32>| count.unwrap_or(0) + 1)?;
    Ok(format!("Current count: {count}"))
}

/// The program, with any store.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let manager = SessionManager::server_side(settings)?;
    Ok(Router::new().route("/", get(page)).layer(SessionLayer::new(manager)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = ServerSide::new("counter", Arc::new(Memory::new()));
    // The default cookie needs HTTPS.
    let app = app(ServerSide { cookie: CookiePolicy::plain_http(), ..settings })?;
    Ok(axum::serve(TcpListener::bind("127.0.0.1:5000").await?, app).await?)
}
