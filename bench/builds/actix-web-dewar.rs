---
[dependencies]
actix-web = "4"
dewar = { path = "CRATES/dewar", features = ["actix-web"] }
---
//! actix-web, dewar (sealed cookies)

use actix_web::{App, HttpServer, web};
use dewar::value::ConvertError;
use dewar::web::actix_web::SessionMiddleware;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};

async fn count(session: Session) -> Result<String, ConvertError> {
    let visits = session.update("visits", |visits: Option<u64>| visits.unwrap_or(0) + 1)?;
    Ok(visits.to_string())
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manager = SessionManager::client_side(ClientSide::new(SecretKeys::new(std::env::var("SECRET_KEY")?)?))?;
    let app = move || App::new().wrap(SessionMiddleware::new(manager.clone())).route("/", web::get().to(count));
    Ok(HttpServer::new(app).bind("127.0.0.1:0")?.run().await?)
}
