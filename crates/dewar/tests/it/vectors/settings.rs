//! Settings that Flask takes, and that are refused here when the program starts.

use dewar::value::Value;
use serde_json::Value as Json;

use super::given::{Judged, Known};
use super::notation;

/// A setting's value; a `timedelta` as its seconds.
pub(super) fn value(json: &Json) -> Judged<Value> {
    Ok(match json["$timedelta_us"].as_f64() {
        Some(micros) => Value::Float(micros / 1e6),
        None => notation::value(json).known()?,
    })
}

/// With these Flask serves on, or fails at the first request.
pub(super) fn refused_rule(given: &Json) -> Judged<Option<&'static str>> {
    let config = &given["config"];
    if !value(&given["secret_key"])?.is_truthy() {
        return Ok(Some("empty-secret-refused"));
    }
    if config["SECRET_KEY_FALLBACKS"].is_string() {
        return Ok(Some("scalar-fallbacks-refused"));
    }
    let lifetime = config.get("PERMANENT_SESSION_LIFETIME").map(is_duration).transpose()?;
    if lifetime == Some(false) {
        return Ok(Some("lifetime-not-a-duration"));
    }
    let is_refused = is_no_cookie(config) || FLAGS.iter().any(|name| is_no_flag(config, name));
    Ok(is_refused.then_some("refused-at-start"))
}

fn is_duration(lifetime: &Json) -> Judged<bool> {
    Ok(match value(lifetime)? {
        Value::Int(seconds) => seconds >= 0,
        Value::Float(seconds) => seconds >= 0.0,
        _ => false,
    })
}

/// Cookie settings that no browser follows, or that Werkzeug fails on.
fn is_no_cookie(config: &Json) -> bool {
    let text = |name: &str| config[name].as_str().map(str::to_lowercase);
    let is_secure = config["SESSION_COOKIE_SECURE"] == true || config["SESSION_COOKIE_PARTITIONED"] == true;
    let is_odd_same_site = |name: String| match name.as_str() {
        "none" => !is_secure,
        other => other != "lax" && other != "strict",
    };
    text("SESSION_COOKIE_NAME").is_some_and(|name| is_odd_name(&name))
        || text("SESSION_COOKIE_SAMESITE").is_some_and(is_odd_same_site)
        || text("SESSION_COOKIE_DOMAIN").is_some_and(|domain| domain.is_empty())
}

/// No token, or with a prefix that binds the attributes.
fn is_odd_name(name: &str) -> bool {
    let is_in_token = |c: char| c.is_ascii_graphic() && !"\"(),/:;<=>?@[\\]{}".contains(c);
    name.is_empty() || name.starts_with("__") || !name.chars().all(is_in_token)
}

const FLAGS: [&str; 4] = [
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_PARTITIONED",
    "SESSION_REFRESH_EACH_REQUEST",
];

/// For Flask the text `"false"` is true.
fn is_no_flag(config: &Json, name: &str) -> bool {
    config.get(name).is_some_and(|value| !value.is_boolean())
}
