//! Sessions in Redis, named by an id that the cookie carries signed. A Flask-Session program can share them.
//!
//! `cargo run --example signed_ids --features axum -- redis://127.0.0.1:6379/4`, then open <http://127.0.0.1:5000/>.

use std::time::Duration;

use axum::response::Html;
use axum::{Router, routing::get};
use dewar::error::SettingsError;
use dewar::random::Random;
use dewar::settings::{FlaskRecords, RecordFormat};
use dewar::web::axum::SessionLayer;
use dewar::{Lifetime, SecretKeys, ServerSide, Session, SessionManager};
use tokio::net::TcpListener;

async fn index(session: Session) -> Html<&'static str> {
    session.insert_value("username", "zoe");
    Html("stored")
}

/// The program, with any store, key and clock.
pub fn app(settings: ServerSide, keys: SecretKeys) -> Result<Router, SettingsError> {
    let records = FlaskRecords { signer: Some(keys), ..FlaskRecords::default() };
    let sessions = SessionManager::server_side(ServerSide {
        records: RecordFormat::Flask(records),
        lifetime: Lifetime { idle: Some(Duration::from_secs(7200)), ..settings.lifetime },
        ..settings
    })?;
    Ok(Router::new().route("/", get(index)).layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "redis://127.0.0.1:6379/4".into());
    let store = dewar_stores::open(&url).await?;
    // A new key at each start ends all sessions; a real program stores one.
    let keys = SecretKeys::new(Random::system().bytes::<32>()?)?;
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(ServerSide::flask(store), keys)?).await?;
    Ok(())
}
