//! The session as a struct: page views, and when the visitor came first and last. A port of tower-sessions' example `strongly-typed`.
//!
//! `cargo run -p dewar --example typed --features axum`, then open <http://127.0.0.1:5000>.

use std::error::Error;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::routing::get;
use dewar::clock::UnixTime;
use dewar::error::SettingsError;
use dewar::session::{SessionData, Typed};
use dewar::store::Memory;
use dewar::value::ConvertError;
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, SessionManager};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Serialize, Deserialize)]
struct Guest {
    page_views: u32,
    first_seen: UnixTime,
    last_seen: UnixTime,
}

impl Default for Guest {
    fn default() -> Self {
        let now = SystemTime::now().into();
        Self { page_views: 0, first_seen: now, last_seen: now }
    }
}

impl SessionData for Guest {}

async fn page(guest: Typed<Guest>) -> Result<String, ConvertError> {
    guest.modify(|guest| {
        guest.page_views += 1;
        guest.last_seen = SystemTime::now().into();
        let Guest { page_views, first_seen, last_seen } = guest;
        format!("Page views: {page_views}, the first at {first_seen}, the last at {last_seen}")
    })
}

/// The program, with any store.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let manager = SessionManager::server_side(settings)?;
    Ok(Router::new().route("/", get(page)).layer(SessionLayer::new(manager)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = ServerSide::new("guests", Arc::new(Memory::new()));
    // The default cookie needs HTTPS.
    let app = app(ServerSide { cookie: CookiePolicy::plain_http(), ..settings })?;
    Ok(axum::serve(TcpListener::bind("127.0.0.1:5000").await?, app).await?)
}
