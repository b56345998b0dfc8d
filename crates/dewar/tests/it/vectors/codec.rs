//! `tagged_json_dumps`, `tagged_json_loads`, `msgspec_value`.

use dewar::codec::{Codec, Json as JsonCodec, Limits, MsgPack, TaggedJson};
use dewar::value::{Map, Value};
use serde_json::Value as Json;

use super::given::{Judged, Known};
use super::{Case, Outcome, compare, notation};

/// Flask's `TaggedJSONSerializer.dumps`.
pub(crate) fn tagged_json_dumps(case: &Case) -> Judged {
    let Some(value) = notation::value(&case.given["value"]) else {
        return Ok(Outcome::Excused("python-only-type"));
    };
    let flag = |name: &str| case.given[name].as_bool();
    let codec = TaggedJson {
        // Outside an application Flask sorts nothing.
        sort_keys: flag("sort_keys").unwrap_or(true) && flag("app_context") == Some(true),
        ensure_ascii: flag("ensure_ascii").unwrap_or(true),
        ..TaggedJson::default()
    };
    let ours = codec.encode_value(&value).ok().map(|json| String::from_utf8(json).known()).transpose()?;
    Ok(compare(ours.as_deref(), case.expected["ok"].as_str(), None))
}

/// Flask's `TaggedJSONSerializer.loads`.
pub(crate) fn tagged_json_loads(case: &Case) -> Judged {
    let text = &case.given["text"];
    let text = text.as_str().or_else(|| text["$text"].as_str()).known()?;
    let ours = TaggedJson::default().decode_value(text.as_bytes()).ok();
    let theirs = case.expected.get("ok").map(|value| notation::value(value).known()).transpose()?;
    let rule = json_rule(text);
    Ok(compare(shown(ours.as_ref()), shown(theirs.as_ref()), rule))
}

/// As text, because equality of maps forgets their order and NaN is not equal to itself.
fn shown(value: Option<&Value>) -> Option<String> {
    value.map(|value| format!("{value:?}"))
}

/// The rule for JSON that Flask reads and we do not.
pub(crate) fn json_rule(text: &str) -> Option<&'static str> {
    if nesting(text) > Limits::default().depth {
        return Some("nesting-beyond-limit");
    }
    tag_rule(&serde_json::from_str(&readable(text)).ok()?)
}

/// What Python reads and serde_json does not, lone surrogates and numbers that are none, is beside the point of a tag.
fn readable(text: &str) -> String {
    let text = text.replace("\\ud", "\\u0").replace("\\uD", "\\u0");
    text.replace("NaN", "0").replace("-Infinity", "0").replace("Infinity", "0")
}

/// How deep lists and objects stand in each other.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The rule for a tag whose content Flask reads but never writes.
fn tag_rule(json: &Json) -> Option<&'static str> {
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
        " m" if text.is_none() => Some("markup-tag-not-a-text"),
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

/// What msgspec writes for `{"v": value}`, and what it reads of that.
pub(crate) fn msgspec_value(case: &Case) -> Judged {
    let value = given(&case.given["value"]);
    let session = value.map(|value| Map::from([("v", value)]));
    let msgpack = one_format(&MsgPack::default(), session.as_ref(), &case.expected["msgpack"], true);
    let json = one_format(&JsonCodec::default(), session.as_ref(), &case.expected["json"], false);
    Ok(match (msgpack.and(json), session) {
        (Err(why), _) => Outcome::Failed(why),
        (Ok(()), Some(_)) => Outcome::Passed,
        (Ok(()), None) => Outcome::Excused("python-only-type"),
    })
}

fn one_format(codec: &dyn Codec, session: Option<&Map>, expected: &Json, is_hex: bool) -> Result<(), String> {
    let theirs = &expected["ok"];
    if let Some(session) = session {
        let ours = codec.encode(session).ok();
        let (ours, theirs) = (ours.as_deref().map(digest), theirs["sha256"].as_str().map(str::to_owned));
        if ours != theirs {
            return Err(format!("{codec:?} writes {ours:?}, upstream {theirs:?}"));
        }
    }
    let bytes = match is_hex {
        true => theirs["hex"].as_str().and_then(notation::hex),
        false => theirs["text"].as_str().map(|text| text.as_bytes().to_vec()),
    };
    // Long ones are given by their digest alone; what we wrote is what upstream wrote then.
    let Some(bytes) = bytes.or_else(|| codec.encode(session?).ok()) else { return Ok(()) };
    let ours = codec.decode(&bytes).map_err(|error| error.to_string())?;
    let expected =
        if theirs["decoded"].is_null() { session.cloned() } else { notation::map(&theirs["decoded"]) };
    match expected {
        Some(expected) if format!("{expected:?}") == format!("{ours:?}") => Ok(()),
        _ => Err(format!("{codec:?} reads something else than upstream")),
    }
}

/// The notation, and its short form for long values: `$len` times `a`, or zeros.
fn given(json: &Json) -> Option<Value> {
    const LONGEST: u64 = 1 << 22;
    let Some(len) = json["$len"].as_u64() else { return notation::value(json) };
    let len = usize::try_from(len.min(LONGEST)).ok()?;
    match json["$type"].as_str()? {
        "str" => Some("a".repeat(len).into()),
        "list" => Some(Value::List(vec![0.into(); len])),
        _ => None,
    }
}

fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
