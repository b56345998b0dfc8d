//! A name is remembered at the login, and welcomed on the first page.
//!
//! `cargo run --example first_login --features axum`, then open <http://127.0.0.1:5000/> and <http://127.0.0.1:5000/login>.

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{Html, IntoResponse};
use axum::{Router, routing::get};
use dewar::error::SettingsError;
use dewar::random::Random;
use dewar::web::axum::SessionLayer;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};
use tokio::net::TcpListener;

async fn home(session: Session) -> Html<String> {
    match session.get::<String>("username") {
        Ok(Some(name)) => Html(format!("welcome {name}")),
        _ => Html("please log in".into()),
    }
}

async fn login(session: Session) -> impl IntoResponse {
    // Not `log_in`, which would add an owner to the cookie: it stays that of the Flask program, byte for byte.
    session.regenerate_id();
    session.insert_value("uid", "123456");
    session.insert_value("username", "zoe");
    (StatusCode::FOUND, [(LOCATION, "/")])
}

/// The program, with any key and clock.
pub fn app(settings: ClientSide) -> Result<Router, SettingsError> {
    let sessions = SessionManager::client_side(settings)?;
    let routes = Router::new().route("/", get(home).post(home)).route("/login", get(login).post(login));
    Ok(routes.layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A new key at each start ends all sessions; a real program stores one.
    let keys = SecretKeys::new(Random::system().bytes::<32>()?)?;
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(ClientSide::flask(keys))?).await?;
    Ok(())
}
