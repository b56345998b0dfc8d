//! Sessions from a file of settings with Flask's names: a Flask program can read the same file.
//!
//! `cargo run --example from_settings --features axum,toml -- my_settings.toml`, then open <http://127.0.0.1:5000/>. Without a file it is
//! `from_settings.toml`, in the same folder.

use std::error::Error;

use axum::response::Html;
use axum::{Router, routing::get};
use dewar::config::Config;
use dewar::error::SettingsError;
use dewar::random::Random;
use dewar::web::axum::SessionLayer;
use dewar::{ServerSide, Session, SessionManager};
use tokio::net::TcpListener;

async fn index(session: Session) -> Html<&'static str> {
    session.insert_value("theme", "dark");
    Html("index")
}

/// The settings of the file, with its store opened.
pub async fn settings(file: &str) -> Result<ServerSide, Box<dyn Error>> {
    let config = Config::from_toml(file)?;
    let store = dewar_stores::from_config(&config).await?;
    Ok(config.server_side(store)?)
}

/// The program, with any settings.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let sessions = SessionManager::server_side(settings)?;
    Ok(Router::new().route("/", get(index)).layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => with_new_key(include_str!("from_settings.toml"))?,
    };
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(settings(&file).await?)?).await?;
    Ok(())
}

/// A new key at each start ends all sessions; a real program stores one.
fn with_new_key(file: &str) -> Result<String, Box<dyn Error>> {
    let key = u128::from_be_bytes(Random::system().bytes()?);
    Ok(format!("SECRET_KEY = \"{key:032x}\"\n{file}"))
}
