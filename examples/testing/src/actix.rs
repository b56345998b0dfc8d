//! The site in actix-web.

use actix_web::Result;
use actix_web::web::{Form, Redirect, ServiceConfig, resource};
use dewar::Session;
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
    Redirect::to("/").see_other()
}

async fn log_out(session: Session) -> Redirect {
    session.log_out();
    Redirect::to("/").see_other()
}

/// The routes. `main` and the tests give them to an `App` that has a `SessionMiddleware`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/").get(home))
        .service(resource("/login").post(log_in))
        .service(resource("/logout").post(log_out));
}
