//! A shop with users: registration and login, a cart, orders, devices, a page for the admin.
//!
//! `cargo run -p shop-actix`, then open <http://127.0.0.1:3000>.

mod account;
mod admin;
mod cart;
mod csrf;
mod devices;
mod pages;
mod routes;
mod user;

use std::error::Error;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use dewar::web::actix_web::SessionMiddleware;
use dewar::{CookiePolicy, ServerSide, SessionManager};
use shop::{Database, Pages, Settings};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let settings = Settings::from_env()?;
    let database = Data::new(Database::open(&settings.database).await?);
    let pages = Data::new(Pages::new()?);
    let sessions = sessions(&settings.sessions).await?;
    // Expired sessions are never used, but they take room.
    tokio::spawn(dewar_stores::sweep_periodically(sessions.clone(), Duration::from_secs(600)));
    let session_middleware = session_middleware(sessions, pages.clone());

    let shared = database.clone();
    // Of the middleware the last is the outermost. The session middleware is the innermost, so that what the others refuse asks no store.
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(pages.clone())
            .wrap(session_middleware.clone())
            .wrap(from_fn(csrf::own_forms_only))
            .wrap(from_fn(pages::error_pages))
            .wrap(pages::safe_headers())
            .configure(routes::routes)
    });
    let server = server.bind(&settings.address)?;
    for address in server.addrs() {
        tracing::info!("The shop is open at http://{address}");
    }
    // Until Ctrl-C, or the SIGTERM of a service manager. Requests under way are answered first.
    server.run().await?;
    database.close().await;
    Ok(())
}

/// Sessions in SQLite, in Redis, in files or in memory, as the URL says.
async fn sessions(url: &str) -> Result<SessionManager, Box<dyn Error>> {
    let settings = ServerSide::new("shop", dewar_stores::open(url).await?);
    // The default cookie needs HTTPS, which a development machine seldom has.
    let cookie = if cfg!(debug_assertions) { CookiePolicy::plain_http() } else { CookiePolicy::default() };
    Ok(SessionManager::server_side(ServerSide { cookie, ..settings })?)
}

/// With a page for sessions that could not be opened or saved.
fn session_middleware(sessions: SessionManager, pages: Data<Pages>) -> SessionMiddleware {
    SessionMiddleware::new(sessions).on_error(move |error| pages::html(pages.error(error.status())))
}
