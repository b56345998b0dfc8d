//! The inspector's routes.

use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use dewar::Session;
use dewar::error::Error;
use minijinja::context;

use super::{cookie, record};
use crate::demo::app::App;
use crate::demo::settings::Storage;
use crate::demo::tamper;

pub(in crate::demo::pages) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    session: Session,
) -> Result<Response, Error> {
    let sent = sent(&app, &headers);
    let current = "/inspector";
    Ok(match app.storage() {
        Storage::InCookie(in_cookie) => {
            let cookie = sent.map(|value| cookie::view(in_cookie, app.cookie().name(), &value));
            app.page(&session, "inspector.html", context! { current, cookie })
        }
        Storage::InStore(in_store) => {
            let cookie = match sent {
                Some(value) => Some(record::of_cookie(&app, &session, &value).await?),
                None => None,
            };
            let record = record::of_store(&app, in_store, &session).await?;
            app.page(&session, "record.html", context! { current, cookie, record })
        }
    })
}

/// Changes one character of the cookie; done again, it changes it back.
pub(in crate::demo::pages) async fn tamper(State(app): State<App>, headers: HeaderMap) -> Response {
    let page = Redirect::to("/inspector");
    let forged = sent(&app, &headers).and_then(|value| tamper::flip(&value));
    let set_cookie = forged.and_then(|value| app.cookie().set(&value, None).ok());
    match set_cookie.and_then(|line| HeaderValue::from_str(&line).ok()) {
        Some(line) => ([(SET_COOKIE, line)], page).into_response(),
        None => page.into_response(),
    }
}

pub(in crate::demo::pages) async fn clear(session: Session) -> Redirect {
    session.destroy();
    Redirect::to("/inspector")
}

/// The cookie that came with this request.
fn sent(app: &App, headers: &HeaderMap) -> Option<String> {
    let headers = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    let value = dewar::cookie::find(headers, app.cookie().name()).next()?;
    Some(String::from_utf8_lossy(&value).into_owned())
}
