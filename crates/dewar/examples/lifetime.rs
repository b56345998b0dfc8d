//! A session that outlives the browser by two hours, until it is cleared.
//!
//! `cargo run --example lifetime --features axum`, then open <http://127.0.0.1:5000/> and, on the same server, `/getSession/` and
//! `/deleteSession/`.

use std::time::Duration;

use axum::response::Html;
use axum::{Router, routing::get};
use dewar::error::SettingsError;
use dewar::random::Random;
use dewar::web::axum::SessionLayer;
use dewar::{ClientSide, Lifetime, SecretKeys, Session, SessionManager};
use tokio::net::TcpListener;

async fn begin(session: Session) -> Html<&'static str> {
    session.insert_value("username", "zoe");
    session.insert_value("theme", "dark");
    session.set_permanent(true);
    Html("Hello World!")
}

async fn show(session: Session) -> Html<String> {
    let name = session.get("username").ok().flatten();
    Html(name.unwrap_or_else(|| "no session".into()))
}

async fn end(session: Session) -> Html<&'static str> {
    session.clear();
    Html("deleted")
}

/// The program, with any key and clock.
pub fn app(settings: ClientSide) -> Result<Router, SettingsError> {
    let lifetime = Lifetime { idle: Some(Duration::from_secs(2 * 60 * 60)), ..Lifetime::flask() };
    let sessions = SessionManager::client_side(ClientSide { lifetime, ..settings })?;
    Ok(Router::new()
        .route("/", get(begin))
        .route("/getSession/", get(show))
        .route("/deleteSession/", get(end))
        .layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A new key at each start ends all sessions; a real program stores one.
    let keys = SecretKeys::new(Random::system().bytes::<32>()?)?;
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(ClientSide::flask(keys))?).await?;
    Ok(())
}
