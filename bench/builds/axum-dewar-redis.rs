---
[dependencies]
axum = "0.8"
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
dewar = { path = "CRATES/dewar", features = ["axum"] }
dewar-stores = { path = "CRATES/dewar-stores", features = ["redis"] }
---
//! axum, dewar (Redis)

use axum::Router;
use axum::routing::get;
use dewar::value::ConvertError;
use dewar::web::axum::SessionLayer;
use dewar::{ServerSide, Session, SessionManager};

async fn count(session: Session) -> Result<String, ConvertError> {
    let visits = session.update("visits", |visits: Option<u64>| visits.unwrap_or(0) + 1)?;
    Ok(visits.to_string())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manager = SessionManager::server_side(ServerSide::new("shop", dewar_stores::open("redis://localhost").await?))?;
    let app = Router::new().route("/", get(count)).layer(SessionLayer::new(manager));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    Ok(axum::serve(listener, app).await?)
}
