//! What Flask-Session's backend holds after the calls that it made.

use serde_json::Value as Json;

use super::notation;
use super::shelf::Contents;

/// Memcached takes a longer timeout for a moment: 30 days.
const LONGEST_TIMEOUT: i64 = 2_592_000;

/// Does one step's calls to what was held before.
pub(super) fn apply(contents: &mut Contents, step: &Json, now: i64) {
    if let Some(documents) = step["docs"].as_array() {
        *contents = documents.iter().map(document).collect();
        return;
    }
    for call in step["backend_calls"].as_array().unwrap() {
        let key = call[1].as_str().unwrap().to_owned();
        match call[0].as_str().unwrap() {
            "GET" | "get" => {}
            "DEL" | "delete" => drop(contents.remove(&key)),
            "SET" => drop(contents.insert(key, (bytes(&call[2]["hex"]), Some(now + number(&call[4]))))),
            "set" => {
                drop(contents.insert(key, (bytes(&call[2]["hex"]), Some(moment(number(&call[3]), now)))))
            }
            other => panic!("a call that this test does not know: {other}"),
        }
    }
    contents.retain(|_, (_, end)| end.is_none_or(|end| end > now));
}

fn document(document: &Json) -> (String, (Vec<u8>, Option<i64>)) {
    let end = match notation::value(&document["expiration"]) {
        Some(dewar::value::Value::DateTime(end)) => end.utc_seconds(),
        other => panic!("no moment: {other:?}"),
    };
    (document["id"].as_str().unwrap().to_owned(), (bytes(&document["val"]["$bytes"]), Some(end)))
}

fn moment(timeout: i64, now: i64) -> i64 {
    if timeout > LONGEST_TIMEOUT { timeout } else { now + timeout }
}

fn bytes(hex: &Json) -> Vec<u8> {
    notation::hex(hex.as_str().unwrap()).unwrap()
}

fn number(json: &Json) -> i64 {
    json.as_i64().unwrap()
}
