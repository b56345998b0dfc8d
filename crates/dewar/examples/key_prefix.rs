//! Sessions in Redis under keys of the program's own, with a cookie of another name: programs that share a Redis tell theirs apart.
//!
//! `cargo run --example key_prefix --features axum -- redis://127.0.0.1:6379`, then open <http://127.0.0.1:5000/>.

use axum::response::Html;
use axum::{Router, routing::get};
use dewar::error::SettingsError;
use dewar::settings::{FlaskRecords, RecordFormat};
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use tokio::net::TcpListener;

async fn index(session: Session) -> Html<&'static str> {
    session.insert_value("theme", "dark");
    Html("index")
}

/// The program, with any store and clock.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let records = FlaskRecords { key_prefix: "shop_".into(), ..FlaskRecords::default() };
    let sessions = SessionManager::server_side(ServerSide {
        records: RecordFormat::Flask(records),
        cookie: CookiePolicy { name: "hello_session".into(), ..settings.cookie },
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
