//! A shop with users: registration and login, a cart, orders, devices, a page for the admin.
//!
//! `cargo run -p shop-axum`, then open <http://127.0.0.1:3000>.

mod account;
mod admin;
mod cart;
mod devices;
mod pages;
mod routes;
mod user;

use std::error::Error;
use std::time::Duration;

use dewar::{CookiePolicy, ServerSide, SessionManager};
use shop::{Database, Settings};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let settings = Settings::from_env()?;
    let database = Database::open(&settings.database).await?;
    let sessions = sessions(&settings.sessions).await?;
    // Expired sessions are never used, but they take room.
    tokio::spawn(dewar_stores::sweep_periodically(sessions.clone(), Duration::from_secs(600)));

    let router = routes::routes(database.clone(), sessions)?;
    let listener = TcpListener::bind(&settings.address).await?;
    tracing::info!("The shop is open at http://{}", listener.local_addr()?);
    axum::serve(listener, router).with_graceful_shutdown(shutdown()).await?;
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

/// Ready when the program should end: at Ctrl-C, or at the SIGTERM of a service manager. Requests under way are answered first.
async fn shutdown() {
    let terminated = async {
        if let Ok(mut terminations) = signal(SignalKind::terminate()) {
            terminations.recv().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
