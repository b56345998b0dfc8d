//! `client_load`, by the manager: what session a program gets of a cookie.

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::value::{Map, Value};
use dewar::{ClientSide, Lifetime, SecretKeys, SessionManager};
use serde_json::Value as Json;

use super::given::{Given, Judged, Known};
use super::{Case, Outcome, notation, signing};

/// The serializer's answer, and then the session's.
pub(super) fn client_load(case: &Case) -> Judged {
    Ok(match signing::client_load(case)? {
        Outcome::Passed => open_session(case)?,
        outcome => outcome,
    })
}

/// Flask answers 500 to what is rightly signed and cannot be read, and makes a dict of pairs.
fn open_session(case: &Case) -> Judged {
    let theirs = &case.expected["open_session"];
    let expected = notation::value(&theirs["session"]).filter(|_| theirs.get("error").is_none());
    let is_dict = matches!(notation::value(&case.expected["ok"]), Some(Value::Map(_)));
    let ours = Value::Map(opened(&case.given)?);
    let is_empty = !ours.is_truthy();
    let rule = (is_empty && !is_dict).then_some("not-a-session-payload");
    Ok(super::compare(Some(format!("{ours:?}")), expected.map(|session| format!("{session:?}")), rule))
}

fn opened(given: &Json) -> Judged<Map> {
    let mut keys = SecretKeys::accepting_weak(given["secret_key"].text()?).known()?;
    for older in given["fallbacks"].items()?.iter().rev() {
        keys = keys.with_fallback(older.text()?).known()?;
    }
    let idle = Some(Duration::from_secs(given["max_age"].as_u64().known()?));
    let now = UnixTime::from_seconds(given["now"].whole()?);
    let settings = ClientSide {
        lifetime: Lifetime { idle, ..Lifetime::flask() },
        clock: Clock::fixed(now),
        ..ClientSide::flask(keys)
    };
    let manager = SessionManager::client_side(settings).known()?;
    let header = format!("session={}", quoted(given["cookie"].text()?));
    super::block_on(async { Ok(manager.open([header.as_bytes()]).await.known()?.read(Map::clone)) })
}

/// The cases give Flask the cookie behind its parser; what a header cannot hold as it is goes through it in quotes.
fn quoted(cookie: &str) -> String {
    if cookie.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)) {
        return cookie.to_owned();
    }
    format!("\"{}\"", cookie.replace('\\', "\\\\").replace('"', "\\\""))
}
