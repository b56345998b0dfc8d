//! `legacy_flask_session`: what Flask-Session 0.3 to 0.8 stored, and the cookies that they set, open with what was in them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dewar::clock::{Clock, UnixTime};
use dewar::settings::{FlaskRecords, RecordFormat};
use dewar::store::Memory;
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar::value::{Map, Value};
use dewar::{SecretKeys, ServerSide, SessionManager};
use serde_json::Value as Json;

use super::given::{Given, Judged, Known, ensure};
use super::{Case, Outcome, flow};

pub(super) fn legacy_flask_session(case: &Case) -> Judged {
    let mut cookie = None;
    let mut outcome = Outcome::Passed;
    for (number, step) in case.expected["steps"].items()?.iter().enumerate() {
        if let Some(line) = flow::header(step, "Set-Cookie")? {
            cookie = line.split(';').next().map(str::to_owned);
        }
        let path = step["path"].text()?;
        for call in step["calls"].items()? {
            let Some(payload) = payload(call)? else { continue };
            let opened = opened(case, call[1].text()?, payload, cookie.as_deref().known()?)?;
            let compared = super::compare(opened, Some(expected(case, path, number)?), None);
            outcome = outcome.and(compared);
        }
    }
    Ok(outcome)
}

/// The last of what was written; `None` for a call that reads or removes.
fn payload(call: &Json) -> Judged<Option<Vec<u8>>> {
    let wrote = ["set", "setex"].contains(&call[0].text()?);
    if !wrote {
        return Ok(None);
    }
    STANDARD.decode(call[3].text()?).known().map(Some)
}

/// The session that this cookie opens; `None` if it is a new one.
fn opened(case: &Case, key: &str, payload: Vec<u8>, cookie: &str) -> Judged<Option<Map>> {
    let now = UnixTime::from_seconds(case.given["now"].whole()?);
    let keys = SecretKeys::accepting_weak(case.given["secret_key"].text()?).known()?;
    let store = Arc::new(Memory::new());
    let records =
        FlaskRecords { signer: case.id.contains("signer").then_some(keys), ..FlaskRecords::default() };
    let settings = ServerSide {
        records: RecordFormat::Flask(records),
        clock: Clock::fixed(now),
        ..ServerSide::flask(Arc::clone(&store) as Arc<dyn Store>)
    };
    let manager = SessionManager::server_side(settings).known()?;
    super::block_on(async {
        let created = store.write(Write::create(&StoreKey::new(key), &Entry::new(payload, None)), now).await;
        ensure(matches!(created, Ok(WriteOutcome::Saved(_))), "something is there already")?;
        let session = manager.open([cookie.as_bytes()]).await.known()?;
        Ok((!session.is_new()).then(|| session.read(Map::clone)))
    })
}

/// The programs' `/set` puts `a` and `t` in; what the steps before left is only ever theirs. `/del` takes them out again.
fn expected(case: &Case, path: &str, number: usize) -> Judged<Map> {
    let mut data = Map::new();
    if !case.id.contains("non-permanent") {
        data.insert("_permanent", true);
    }
    let is_filled = path == "/set" || path == "/get" || (path == "/noop" && number > 0);
    if is_filled {
        data.insert("a", 1);
        data.insert("t", pair(case)?);
    }
    Ok(data)
}

/// A tuple was one until msgspec came.
fn pair(case: &Case) -> Judged<Value> {
    let version = case.given["versions"]["flask-session"].text()?;
    let items = vec![1.into(), "x".into()];
    Ok(if ["0.3.2", "0.5.0", "0.6.0"].contains(&version) { Value::Tuple(items) } else { Value::List(items) })
}
