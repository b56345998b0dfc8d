---
[dependencies]
axum = "0.8"
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
dewar = { path = "CRATES/dewar", features = ["axum"] }
---
//! axum, dewar (sealed cookies)

use axum::Router;
use axum::routing::get;
use dewar::value::ConvertError;
use dewar::web::axum::SessionLayer;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};

async fn count(session: Session) -> Result<String, ConvertError> {
    let visits = session.update("visits", |visits: Option<u64>| visits.unwrap_or(0) + 1)?;
    Ok(visits.to_string())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manager = SessionManager::client_side(ClientSide::new(SecretKeys::new(std::env::var("SECRET_KEY")?)?))?;
    let app = Router::new().route("/", get(count)).layer(SessionLayer::new(manager));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    Ok(axum::serve(listener, app).await?)
}
