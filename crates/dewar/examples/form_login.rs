//! Logging in with a form, and out again.
//!
//! `cargo run --example form_login --features axum`, then open <http://127.0.0.1:5000/login>.

use std::collections::HashMap;

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use axum::{Form, Router};
use dewar::error::SettingsError;
use dewar::random::Random;
use dewar::web::axum::SessionLayer;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};
use tokio::net::TcpListener;

const FORM: &str = r#"<form method="post"><input name="username" autofocus> <button>Login</button></form> <form method="post" action="/logout"><button>Logout</button></form>"#;

async fn home(session: Session) -> Html<String> {
    match session.get::<String>("username") {
        Ok(Some(name)) => Html(format!("Logged in as {}", escape(&name))),
        _ => Html("You are not logged in".into()),
    }
}

async fn login(session: Session, Form(form): Form<HashMap<String, String>>) -> impl IntoResponse {
    let Some(name) = form.get("username") else { return StatusCode::BAD_REQUEST.into_response() };
    // Not `log_in`, which would add an owner to the cookie: it stays that of the Flask program, byte for byte.
    session.regenerate_id();
    session.insert_value("username", name.as_str());
    (StatusCode::FOUND, [(LOCATION, "/")]).into_response()
}

async fn logout(session: Session) -> impl IntoResponse {
    session.remove("username");
    (StatusCode::FOUND, [(LOCATION, "/")])
}

/// A name as text of a page: whatever a person types, it stays text.
fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('>', "&gt;").replace('<', "&lt;");
    text.replace('\'', "&#39;").replace('"', "&#34;")
}

/// The program, with any key and clock.
pub fn app(settings: ClientSide) -> Result<Router, SettingsError> {
    let sessions = SessionManager::client_side(settings)?;
    let routes = Router::new().route("/", get(home)).route("/logout", post(logout));
    Ok(routes.route("/login", get(Html(FORM)).post(login)).layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A new key at each start ends all sessions; a real program stores one.
    let keys = SecretKeys::new(Random::system().bytes::<32>()?)?;
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(ClientSide::flask(keys))?).await?;
    Ok(())
}
