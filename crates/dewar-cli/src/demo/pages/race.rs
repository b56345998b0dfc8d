//! Three requests in one session, each of which has read it before any other has written.

use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use dewar::Session;
use dewar::error::Error;
use dewar::value::{ConvertError, Value};
use dewar::web::SessionHeaders;
use minijinja::context;

use crate::demo::app::App;

const BASKET: &str = "basket";
const REQUESTS: &str = "requests";

/// What one of the requests does.
type Runner = fn(&Session) -> Result<(), ConvertError>;

/// The three of them: each puts something else into the basket, and each in another way.
const RUNNERS: [Runner; 3] = [with_modify, with_edit, with_insert];

pub(super) async fn show(State(app): State<App>, session: Session) -> Response {
    app.page(&session, "race.html", context! { current => "/race" })
}

pub(super) async fn run(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    let manager = app.manager();
    let cookies: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    let begun = manager.open(cookies.iter().copied()).await?;
    begun.insert_value(BASKET, Value::List(Vec::new()));
    begun.insert_value(REQUESTS, 0);
    let prepared = manager.save(&begun).await?;
    let sent = pair(&prepared).map_or(cookies, |pair| vec![pair.as_bytes()]);

    let mut opened = Vec::with_capacity(RUNNERS.len());
    for runner in RUNNERS {
        let session = manager.open(sent.iter().copied()).await?;
        if runner(&session).and_then(|()| count(&session)).is_err() {
            return Ok(axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response());
        }
        opened.push(session);
    }
    let mut replies = vec![prepared];
    for session in opened {
        replies.push(manager.save(&session).await?);
    }
    Ok(last_cookie(&replies).into_response())
}

fn with_modify(session: &Session) -> Result<(), ConvertError> {
    session.modify(BASKET, |basket: &mut Vec<String>| basket.push("bread".to_owned()))
}

fn with_edit(session: &Session) -> Result<(), ConvertError> {
    session.edit(|data| {
        if let Some(Value::List(basket)) = data.get_mut(BASKET) {
            basket.push("cheese".into());
        }
    });
    Ok(())
}

fn with_insert(session: &Session) -> Result<(), ConvertError> {
    let mut basket: Vec<String> = session.get(BASKET)?.unwrap_or_default();
    basket.push("apples".to_owned());
    session.insert(BASKET, basket)
}

fn count(session: &Session) -> Result<(), ConvertError> {
    session.update(REQUESTS, |requests: Option<u32>| requests.unwrap_or(0).saturating_add(1)).map(|_| ())
}

/// A browser keeps the cookie that came last.
fn last_cookie(replies: &[SessionHeaders]) -> impl IntoResponse + use<> {
    let line = replies.iter().rev().find_map(SessionHeaders::set_cookie);
    let header = line.and_then(|line| HeaderValue::from_str(line).ok()).map(|line| (SET_COOKIE, line));
    let headers: HeaderMap = header.into_iter().collect();
    (headers, Redirect::to("/race"))
}

/// What the browser would send back.
fn pair(reply: &SessionHeaders) -> Option<&str> {
    reply.set_cookie()?.split(';').next()
}
