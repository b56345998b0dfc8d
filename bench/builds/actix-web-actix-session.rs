---
[dependencies]
actix-web = "4"
actix-session = { version = "0.11", features = ["cookie-session"] }
---
//! actix-web, actix-session (cookie)

use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::{App, HttpServer, web};

async fn count(session: Session) -> actix_web::Result<String> {
    let visits = session.get::<u64>("visits")?.unwrap_or(0) + 1;
    session.insert("visits", visits)?;
    Ok(visits.to_string())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let key = Key::generate();
    HttpServer::new(move || {
        let sessions = SessionMiddleware::new(CookieSessionStore::default(), key.clone());
        App::new().wrap(sessions).route("/", web::get().to(count))
    })
    .bind("127.0.0.1:0")?
    .run()
    .await
}
