//! The stream: one event each second, until the user logs out.

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use dewar::{Session, SessionManager};
use futures_util::{StreamExt as _, stream};

pub(crate) async fn ticks(session: Session, manager: SessionManager) -> impl IntoResponse {
    if session.owner().is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    // Nobody tells a connection that stays open of a logout: this future is ready once the session has ended.
    let logged_out = manager.ended(&session, tokio::time::sleep);
    let ticks = stream::unfold((manager, session), async |(manager, session)| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let text = match tick(&manager, &session).await {
            Ok(ticks) => ticks.to_string(),
            Err(_) => "not counted".to_owned(),
        };
        Some((Ok::<_, Infallible>(Event::default().data(text)), (manager, session)))
    });
    Sse::new(ticks.take_until(logged_out)).into_response()
}

/// The response is under way, so that nothing is saved automatically any more. All tabs of the user count in one session.
async fn tick(manager: &SessionManager, session: &Session) -> Result<u64, Box<dyn Error + Send + Sync>> {
    session.modify("ticks", |ticks: &mut u64| *ticks += 1)?;
    manager.save_now(session).await?;
    Ok(session.get("ticks")?.unwrap_or_default())
}
