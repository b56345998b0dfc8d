//! Server-sent events that end when the visitor logs out, in this tab or elsewhere. They count in the session as they go, and save it.
//!
//! `cargo run -p dewar --example live --features axum`, then open <http://127.0.0.1:5000> in two tabs and log out in one.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use dewar::error::SettingsError;
use dewar::store::Memory;
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;

async fn home(session: Session) -> Html<&'static str> {
    Html(if session.owner().is_none() {
        r#"<form method="post" action="/login"><button>Log in</button></form>"#
    } else {
        r#"<form method="post" action="/logout"><button>Log out</button></form> <output></output>
        <script>
            const ticks = new EventSource("/ticks");
            ticks.onmessage = tick => document.querySelector("output").textContent = tick.data;
            ticks.onerror = () => { ticks.close(); location.reload(); };
        </script>"#
    })
}

async fn login(session: Session) -> Redirect {
    session.log_in("user:zoe");
    Redirect::to("/")
}

async fn logout(session: Session) -> Redirect {
    session.log_out();
    Redirect::to("/")
}

async fn ticks(session: Session, manager: SessionManager) -> impl IntoResponse {
    let logged_out = manager.ended(&session, tokio::time::sleep);
    let ticks = stream::unfold((manager, session), async |(manager, session)| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let text = tick(&manager, &session).await.unwrap_or_else(|why| why.to_string());
        Some((Ok::<_, Infallible>(Event::default().data(text)), (manager, session)))
    });
    Sse::new(ticks.take_until(logged_out))
}

/// The response is under way, so that nothing is saved automatically any more.
async fn tick(manager: &SessionManager, session: &Session) -> Result<String, Box<dyn Error + Send + Sync>> {
    session.update("ticks", |ticks: Option<u64>| ticks.unwrap_or(0) + 1)?;
    manager.save_now(session).await?;
    Ok(session.get::<u64>("ticks")?.unwrap_or(0).to_string())
}

/// The program, with any store.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let manager = SessionManager::server_side(settings)?;
    let routes = Router::new()
        .route("/", get(home))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .route("/ticks", get(ticks));
    Ok(routes.layer(SessionLayer::new(manager)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = ServerSide::new("live", Arc::new(Memory::new()));
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    // The default cookie needs HTTPS.
    let app = app(ServerSide { cookie: CookiePolicy::plain_http(), ..settings })?;
    Ok(axum::serve(listener, app).await?)
}
