//! What is in this browser's cookie, and what becomes of a forged one.

use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use dewar::Session;
use dewar::cookie::{self, MAX_NAME_AND_VALUE};
use minijinja::{Value, context};

use crate::demo::app::App;
use crate::demo::tamper;
use crate::diagnosis::{Moment, Report, Verdict, in_words, pretty};

pub(super) async fn show(State(app): State<App>, headers: HeaderMap, session: Session) -> Response {
    let cookie = sent(&app, &headers).map(|value| view(&app, &value));
    app.page(&session, "inspector.html", context! { current => "/inspector", cookie })
}

/// Changes one character of the cookie; done again, it changes it back.
pub(super) async fn tamper(State(app): State<App>, headers: HeaderMap) -> Response {
    let page = Redirect::to("/inspector");
    let forged = sent(&app, &headers).and_then(|value| tamper::flip(&value));
    let set_cookie = forged.and_then(|value| app.cookie().set(&value, None).ok());
    match set_cookie.and_then(|line| HeaderValue::from_str(&line).ok()) {
        Some(line) => ([(SET_COOKIE, line)], page).into_response(),
        None => page.into_response(),
    }
}

pub(super) async fn clear(session: Session) -> Redirect {
    session.destroy();
    Redirect::to("/inspector")
}

/// The cookie that came with this request.
fn sent(app: &App, headers: &HeaderMap) -> Option<String> {
    let headers = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    let value = cookie::find(headers, app.cookie().name()).next()?;
    Some(String::from_utf8_lossy(&value).into_owned())
}

fn view(app: &App, value: &str) -> Value {
    let report = app.examine(value);
    let is_valid = report.verdict == Verdict::Valid;
    // Only what a second change would put right is offered to be put right.
    let restored =
        tamper::flip(value).filter(|restored| !is_valid && app.examine(restored).verdict == Verdict::Valid);
    context! {
        kind => report.kind.in_words(),
        // A program on the same host may have set the id of a session of its own under our name.
        parts => if report.kind.is_id() { Vec::new() } else { parts(value, restored.as_deref()) },
        octets => report.octets + app.cookie().name().len(),
        limit => MAX_NAME_AND_VALUE,
        is_valid,
        can_be_restored => restored.is_some(),
        reason => report.reason.as_deref(),
        json => report.json().map(pretty),
        age => report.age_seconds.map(|age| in_words(age.max(0).unsigned_abs())),
        ..times(&report)
    }
}

fn times(report: &Report) -> Value {
    let words = |moment: &Option<Moment>| moment.as_ref().map(Moment::in_words);
    context! {
        began => words(&report.began_at),
        written => words(&report.written_at),
        ends => words(&report.ends_at),
        is_kept => report.is_permanent,
    }
}

/// The parts of the value with what they are, for a colour each; of the first, what differs from `restored` stands apart.
fn parts(value: &str, restored: Option<&str>) -> Vec<Value> {
    let part = |kind: &str, text: &str| context! { kind, text };
    let mut split = value.rsplitn(3, '.');
    match (split.next(), split.next(), split.next()) {
        (Some(signature), Some(timestamp), Some(payload)) => {
            vec![
                first_part("payload", payload, restored),
                part("timestamp", timestamp),
                part("signature", signature),
            ]
        }
        _ => vec![first_part("sealed", value, restored)],
    }
}

fn first_part(kind: &str, text: &str, restored: Option<&str>) -> Value {
    let forged =
        restored.and_then(|restored| text.bytes().zip(restored.bytes()).position(|(is, was)| is != was));
    let around = forged.and_then(|at| Some((text.get(..at)?, text.get(at..=at)?, text.get(at + 1..)?)));
    match around {
        Some((before, forged, text)) => context! { kind, before, forged, text },
        None => context! { kind, text },
    }
}
