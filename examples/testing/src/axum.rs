//! The site in axum.

use axum::Router;
use axum::extract::Form;
use axum::response::{Redirect, Result};
use axum::routing::{get, post};
use dewar::web::axum::SessionLayer;
use dewar::{Session, SessionManager};
use serde::Deserialize;

use crate::visits::count;

#[derive(Deserialize)]
struct Login {
    name: String,
}

async fn home(session: Session) -> Result<String> {
    let visits = count(&session)?;
    Ok(match session.owner() {
        Some(owner) => format!("visit {visits} of {owner}"),
        None => format!("visit {visits}"),
    })
}

async fn log_in(session: Session, Form(login): Form<Login>) -> Redirect {
    session.log_in(format!("user:{}", login.name));
    Redirect::to("/")
}

async fn log_out(session: Session) -> Redirect {
    session.log_out();
    Redirect::to("/")
}

/// The whole site. The manager is an argument, so that a test can bring its own store and clock.
pub fn app(manager: SessionManager) -> Router {
    let routes = Router::new().route("/", get(home)).route("/login", post(log_in));
    routes.route("/logout", post(log_out)).layer(SessionLayer::new(manager))
}
