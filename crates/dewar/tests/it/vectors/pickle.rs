//! `pickle`: what CPython writes with every protocol.

use dewar::codec::{Codec, Pickle};
use dewar::value::{Map, Value};
use serde_json::Value as Json;

use super::given::{Judged, Known};
use super::{Case, Outcome, notation};

/// Read from every protocol; written with the last, unless two of its objects are one, which a session does not know.
pub(crate) fn pickle(case: &Case) -> Judged {
    let pickle = case.expected["hex"].as_str().and_then(notation::hex).known()?;
    let expected = notation::map(&without_sets(&case.given["value"])).known()?;
    let ours = match Pickle::default().decode(&pickle) {
        Ok(session) if format!("{:?}", plain(&session)?) == format!("{expected:?}") => session,
        other => return Ok(Outcome::Failed(format!("read as {other:?}"))),
    };
    let written = Pickle::default().encode(&ours).known()?;
    let is_last = case.given["protocol"] == 5 && !shares_an_object(&ours);
    Ok(match is_last && written != pickle {
        true => Outcome::Failed("written otherwise".to_owned()),
        false => Outcome::Passed,
    })
}

/// With the closest values in place of opaque ones.
fn plain(session: &Map) -> Judged<Map> {
    let closest = |value: &Value| match value {
        Value::Opaque(opaque) => opaque.to_value().known(),
        other => Ok(other.clone()),
    };
    session.iter().map(|(key, value)| Ok((key.clone(), closest(value)?))).collect()
}

/// With the list of its items in place of a `$set`, and its text in place of a `$decimal`.
fn without_sets(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(without_sets).collect(),
        Json::Object(fields) => match fields.iter().next() {
            Some((name, inner)) if name == "$set" || name == "$decimal" => without_sets(inner),
            _ => fields.iter().map(|(name, inner)| (name.clone(), without_sets(inner))).collect(),
        },
        _ => json.clone(),
    }
}

/// Of these cases only the one in which two keys hold the same list.
fn shares_an_object(session: &Map) -> bool {
    let lists = |value: &Value| matches!(value, Value::List(_));
    session.iter().filter(|(_, value)| lists(value)).count() > 1
}
