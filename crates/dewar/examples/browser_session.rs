//! Sessions in Redis that end with the browser: the cookie has no expiry date, the record has one.
//!
//! `cargo run --example browser_session --features axum -- redis://127.0.0.1:6379`, then open <http://127.0.0.1:5000/>.

use axum::response::Html;
use axum::{Router, routing::get};
use dewar::error::SettingsError;
use dewar::lifetime::Permanence;
use dewar::settings::{FlaskRecords, RecordFormat};
use dewar::web::axum::SessionLayer;
use dewar::{Lifetime, ServerSide, Session, SessionManager};
use tokio::net::TcpListener;

async fn index(session: Session) -> Html<&'static str> {
    session.insert_value("items", 123);
    Html("Index")
}

/// The program, with any store and clock.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let records = FlaskRecords { key_prefix: "__".into(), ..FlaskRecords::default() };
    let sessions = SessionManager::server_side(ServerSide {
        records: RecordFormat::Flask(records),
        lifetime: Lifetime { permanence: Permanence::BrowserSession, ..settings.lifetime },
        ..settings
    })?;
    Ok(Router::new().route("/", get(index)).layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "redis://127.0.0.1:6379".into());
    let store = dewar_stores::open(&url).await?;
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(ServerSide::flask(store))?).await?;
    Ok(())
}
