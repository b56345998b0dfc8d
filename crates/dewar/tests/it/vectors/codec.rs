//! `tagged_json_dumps`, `tagged_json_loads`, `msgspec_value`.

use dewar::codec::TaggedJson;
use dewar::value::Value;
use serde_json::Value as Json;

use super::{Case, Outcome, compare, notation};

/// Flask's `TaggedJSONSerializer.dumps`.
pub(crate) fn tagged_json_dumps(case: &Case) -> Outcome {
    let Some(value) = notation::value(&case.given["value"]) else {
        return Outcome::Excused("python-only-type");
    };
    let flag = |name: &str| case.given[name].as_bool();
    let codec = TaggedJson {
        // Outside an application Flask sorts nothing.
        sort_keys: flag("sort_keys").unwrap_or(true) && flag("app_context") == Some(true),
        ensure_ascii: flag("ensure_ascii").unwrap_or(true),
        ..TaggedJson::default()
    };
    let ours = codec.encode_value(&value).ok().map(|json| String::from_utf8(json).unwrap());
    compare(ours.as_deref(), case.expected["ok"].as_str(), None)
}

/// Flask's `TaggedJSONSerializer.loads`.
pub(crate) fn tagged_json_loads(case: &Case) -> Outcome {
    let text = &case.given["text"];
    let text = text.as_str().or_else(|| text["$text"].as_str()).expect("a text");
    let ours = TaggedJson::default().decode_value(text.as_bytes()).ok();
    let theirs = case.expected.get("ok").map(|value| notation::value(value).expect("a value that is read"));
    let rule = serde_json::from_str(text).ok().and_then(|json| tag_rule(&json));
    compare(shown(ours.as_ref()), shown(theirs.as_ref()), rule)
}

/// As text, because equality of maps forgets their order and NaN is not equal to itself.
fn shown(value: Option<&Value>) -> Option<String> {
    value.map(|value| format!("{value:?}"))
}

/// The rule for a tag whose content Flask reads but never writes.
pub(crate) fn tag_rule(json: &Json) -> Option<&'static str> {
    match json {
        Json::Array(items) => items.iter().find_map(tag_rule),
        Json::Object(fields) => fields.values().find_map(tag_rule).or_else(|| match fields.iter().next() {
            Some((tag, content)) if fields.len() == 1 => content_rule(tag, content),
            _ => None,
        }),
        _ => None,
    }
}

fn content_rule(tag: &str, content: &Json) -> Option<&'static str> {
    let text = content.as_str();
    match tag {
        " t" if !content.is_array() => Some("tuple-tag-not-a-list"),
        " b" if !text.is_some_and(is_canonical_base64) => Some("bytes-not-canonical-base64"),
        " u" if !text.is_some_and(is_plain_hex) => Some("uuid-not-plain-hex"),
        " di" if !content.as_object().is_some_and(is_one_escaped_key) => Some("dict-tag-not-one-escaped-key"),
        _ => None,
    }
}

fn is_canonical_base64(text: &str) -> bool {
    use base64::Engine;
    let engine = base64::engine::general_purpose::STANDARD;
    engine.decode(text).is_ok_and(|bytes| engine.encode(bytes) == text)
}

fn is_plain_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_one_escaped_key(fields: &serde_json::Map<String, Json>) -> bool {
    fields.len() == 1 && fields.keys().all(|key| key.ends_with("__"))
}
