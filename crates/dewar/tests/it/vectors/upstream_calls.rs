//! What Flask-Session's backend holds after the calls that it made.

use serde_json::Value as Json;

use super::contents::{Content, Contents};
use super::given::{Given, Judged, Known, Stop};
use super::notation;

/// Memcached takes a longer timeout for a moment: 30 days.
const LONGEST_TIMEOUT: i64 = 2_592_000;

/// Does one step's calls to what was held before.
pub(super) fn apply(contents: &mut Contents, step: &Json, now: i64) -> Judged<()> {
    if let Some(documents) = step["docs"].as_array() {
        *contents = documents.iter().map(document).collect::<Judged<_>>()?;
        return Ok(());
    }
    for call in step["backend_calls"].items()? {
        let key = call[1].text()?.to_owned();
        match call[0].text()? {
            "GET" | "get" => {}
            "DEL" | "delete" => drop(contents.remove(&key)),
            "SET" => {
                contents.insert(key, (bytes(&call[2]["hex"])?, Some(now + call[4].whole()?)));
            }
            "set" => {
                contents.insert(key, (bytes(&call[2]["hex"])?, Some(moment(call[3].whole()?, now))));
            }
            other => return Err(Stop::new(format!("a call that this test does not know: {other}"))),
        }
    }
    contents.retain(|_, (_, end)| end.is_none_or(|end| end > now));
    Ok(())
}

fn document(document: &Json) -> Judged<(String, Content)> {
    let end = match notation::value(&document["expiration"]) {
        Some(dewar::value::Value::DateTime(end)) => end.utc_seconds(),
        other => return Err(Stop::new(format!("no moment: {other:?}"))),
    };
    Ok((document["id"].text()?.to_owned(), (bytes(&document["val"]["$bytes"])?, Some(end))))
}

fn moment(timeout: i64, now: i64) -> i64 {
    if timeout > LONGEST_TIMEOUT { timeout } else { now + timeout }
}

fn bytes(hex: &Json) -> Judged<Vec<u8>> {
    notation::hex(hex.text()?).known()
}
