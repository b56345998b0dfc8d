//! An address that is asked for, shown by a template, and deleted.
//!
//! `cargo run --example email --features axum,minijinja`, then open <http://127.0.0.1:5000/get_email>.

use std::collections::HashMap;

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{Html, IntoResponse};
use axum::{Form, Router, routing::get};
use dewar::error::SettingsError;
use dewar::random::Random;
use dewar::web::axum::SessionLayer;
use dewar::web::minijinja::context;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};
use minijinja::Environment;
use tokio::net::TcpListener;

const FORM: &str = r#"<form method="post"><label>Enter your email address: <input type="email" name="email_address" required></label> <button>Submit</button></form>"#;

/// Jinja templates, as in a Flask program.
const PAGE: &str = r#"{% if session['email'] %}
<h1>Welcome {{ session['email'] }}!</h1>
{% else %}
<h1>Welcome! Please enter your email <a href="/set_email">here.</a></h1>
{% endif %}
"#;

async fn set_email(session: Session, Form(form): Form<HashMap<String, String>>) -> impl IntoResponse {
    let Some(address) = form.get("email_address") else { return StatusCode::BAD_REQUEST.into_response() };
    session.insert_value("email", address.as_str());
    (StatusCode::FOUND, [(LOCATION, "/get_email")]).into_response()
}

async fn get_email(session: Session) -> Result<Html<String>, StatusCode> {
    let page = Environment::new().render_named_str("page.html", PAGE, context(&session));
    page.map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn delete_email(session: Session) -> Html<&'static str> {
    session.remove("email");
    Html("<h1>Session deleted!</h1>")
}

/// The program, with any key and clock.
pub fn app(settings: ClientSide) -> Result<Router, SettingsError> {
    let sessions = SessionManager::client_side(settings)?;
    let routes = Router::new().route("/get_email", get(get_email)).route("/delete_email", get(delete_email));
    Ok(routes.route("/set_email", get(Html(FORM)).post(set_email)).layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A new key at each start ends all sessions; a real program stores one.
    let keys = SecretKeys::new(Random::system().bytes::<32>()?)?;
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(ClientSide::flask(keys))?).await?;
    Ok(())
}
