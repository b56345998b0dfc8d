//! Two requests in one session, each of which has read it before the other has written.

use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use dewar::Session;
use dewar::value::ConvertError;
use dewar::web::Reply;
use minijinja::context;

use crate::demo::app::App;
use crate::demo::failure::Failed;

const LEFT: &str = "left_hand";
const RIGHT: &str = "right_hand";
const CUPS: &str = "cups";

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "race.html", context! { current => "/race" })
}

/// One fills the left hand, the other the right, and both count the cups.
pub(super) async fn run(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failed> {
    let manager = app.manager();
    let cookies: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    let begun = manager.open(cookies.iter().copied()).await?;
    empty_hands(&begun);
    let prepared = manager.save(&begun).await?;
    let sent = pair(&prepared).map_or(cookies, |pair| vec![pair.as_bytes()]);

    let left = manager.open(sent.iter().copied()).await?;
    let right = manager.open(sent.iter().copied()).await?;
    if fill(&left, LEFT, "tea").and_then(|()| fill(&right, RIGHT, "coffee")).is_err() {
        return Ok(axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    let replies = [prepared, manager.save(&left).await?, manager.save(&right).await?];
    Ok(last_cookie(&replies).into_response())
}

fn empty_hands(session: &Session) {
    session.remove(LEFT);
    session.remove(RIGHT);
    session.insert_value(CUPS, 0);
}

fn fill(session: &Session, hand: &str, drink: &str) -> Result<(), ConvertError> {
    session.insert_value(hand, drink);
    session.update(CUPS, |cups: Option<u32>| cups.unwrap_or(0).saturating_add(1)).map(|_| ())
}

/// A browser keeps the cookie that came last.
fn last_cookie(replies: &[Reply]) -> impl IntoResponse + use<> {
    let line = replies.iter().rev().find_map(Reply::set_cookie);
    let header = line.and_then(|line| HeaderValue::from_str(line).ok()).map(|line| (SET_COOKIE, line));
    let headers: HeaderMap = header.into_iter().collect();
    (headers, Redirect::to("/race"))
}

/// What the browser would send back.
fn pair(reply: &Reply) -> Option<&str> {
    reply.set_cookie()?.split(';').next()
}
