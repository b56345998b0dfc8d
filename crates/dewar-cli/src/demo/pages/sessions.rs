//! Where a person is logged in, and logging out elsewhere.

use axum::Form;
use axum::extract::State;
use axum::response::{Redirect, Response};
use dewar::Session;
use dewar::clock::{Clock, UnixTime};
use dewar::error::Error;
use dewar::session::SessionInfo;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::demo::app::App;
use crate::demo::settings::Storage;
use crate::diagnosis::in_words;

const PAGE: &str = "/sessions";

/// Which of the list.
#[derive(Deserialize)]
pub(super) struct Chosen {
    handle: String,
}

pub(super) async fn show(State(app): State<App>, session: Session) -> Result<Response, Error> {
    let owner = session.owner().map(|owner| owner.to_string());
    let lists = app.storage().lists_sessions();
    let listed = match owner.as_ref().filter(|_| lists) {
        Some(owner) => list(&app, owner, &session).await?,
        None => Vec::new(),
    };
    let others = listed.len().saturating_sub(1);
    let content =
        context! { current => PAGE, is_owned => owner.is_some(), lists, sessions => listed, others };
    Ok(app.page(&session, "sessions.html", content))
}

pub(super) async fn end(
    State(app): State<App>,
    session: Session,
    Form(chosen): Form<Chosen>,
) -> Result<Redirect, Error> {
    let owner = session.owner().filter(|_| app.storage().lists_sessions());
    let Some(owner) = owner else { return Ok(Redirect::to(PAGE)) };
    if app.manager().end_session(&owner.to_string(), &chosen.handle).await? {
        session.flash("That session is ended: its browser is logged out.", "success");
    } else {
        session.flash("That session had ended already.", "info");
    }
    Ok(Redirect::to(PAGE))
}

pub(super) async fn end_others(State(app): State<App>, session: Session) -> Result<Redirect, Error> {
    let is_listed = app.storage().lists_sessions() || matches!(app.storage(), Storage::InCookie(_));
    if session.owner().is_none() || !is_listed {
        return Ok(Redirect::to(PAGE));
    }
    let ended = app.manager().end_other_sessions(&session).await?;
    let told = match (app.storage(), ended) {
        (Storage::InCookie(_), _) => "From now on only this browser is logged in.".to_owned(),
        (_, 1) => "One other session is ended.".to_owned(),
        (_, ended) => format!("{ended} other sessions are ended."),
    };
    session.flash(told, "success");
    Ok(Redirect::to(PAGE))
}

/// The current one first.
async fn list(app: &App, owner: &str, session: &Session) -> Result<Vec<Value>, Error> {
    let mut infos = app.manager().sessions_of(owner, Some(session)).await?;
    infos.sort_by_key(|info| !info.is_current);
    let now = Clock::system().now();
    Ok(infos.iter().map(|info| line(info, now)).collect())
}

fn line(info: &SessionInfo, now: UnixTime) -> Value {
    context! {
        handle => info.handle.as_str(),
        browser => info.device.user_agent.to_string(),
        address => info.device.address.to_string(),
        began => ago(info.created, now),
        last_seen => ago(info.last_seen, now),
        is_current => info.is_current,
    }
}

/// To the minute, since the last use is not known more exactly.
fn ago(moment: UnixTime, now: UnixTime) -> String {
    match now.since(moment).as_secs() / 60 {
        0 => "just now".to_owned(),
        minutes => format!("{} ago", in_words(minutes * 60)),
    }
}
