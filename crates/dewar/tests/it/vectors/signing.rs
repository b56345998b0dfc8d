//! `signer`, `signer_ctor`, `unsign`, `timestamp_signer`, `timestamp_unsign`, `serializer`, `client_dump`, `client_load`.

use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::codec::{PythonJson, TaggedJson};
use dewar::signing::{
    BadData, BadPayload, BadSignature, Digest, FlaskSerializer, KeyDerivation, Limits, SecretKeys,
    Serializer, SerializerOptions, Signer, SignerOptions, TimedSerializer, TimestampOptions, TimestampSigner,
    UrlSafeSerializer, UrlSafeTimedSerializer, base64_decode, decode_payload, inspect,
};
use dewar::value::{DateTime, Value};
use serde_json::Value as Json;

use super::{Case, Outcome, codec, compare, notation};

/// itsdangerous' `Signer.sign`, and back.
pub(crate) fn signer(case: &Case) -> Outcome {
    if case.given["algorithm"] == "none" {
        return Outcome::Excused("none-algorithm-absent");
    }
    let Some(options) = signer_options(&case.given) else {
        return if is_error(case) { Outcome::Passed } else { Outcome::Excused("digest-not-offered") };
    };
    let signer = Signer::new(&keys(&case.given), options).unwrap();
    let value = bytes(&case.given["value"]);
    let token = signer.sign(&value);
    assert_eq!(signer.unsign(&token).unwrap().value, value);
    let theirs = case.expected["signed_hex"].as_str().map(|digits| notation::hex(digits).unwrap());
    compare(token, theirs.unwrap_or_else(|| bytes(&case.expected["signed_utf8"])), None)
}

/// Which separators are refused.
pub(crate) fn signer_ctor(case: &Case) -> Outcome {
    let separator = bytes(&case.given["sep"]);
    let in_base64 = separator.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(byte));
    let ours = Signer::new(&key("k"), SignerOptions { separator, ..SignerOptions::default() });
    compare(ours.is_err(), is_error(case), in_base64.then_some("separator-of-base64-letters"))
}

/// itsdangerous' `Signer.unsign`.
pub(crate) fn unsign(case: &Case) -> Outcome {
    let signer = Signer::new(&keys(&case.given), signer_options(&case.given).unwrap()).unwrap();
    let token = bytes(&case.given["signed"]);
    let ours = signer.unsign(&token).map(|unsigned| unsigned.value.to_vec());
    let theirs = theirs(&case.expected, bytes);
    judge(ours.map_err(|error| Facts::untimed(error, &token)), theirs, &token)
}

/// itsdangerous' `TimestampSigner.sign`.
pub(crate) fn timestamp_signer(case: &Case) -> Outcome {
    let token = timed(&case.given).sign(&bytes(&case.given["value"]), moment(&case.given["timestamp"]));
    compare(token, bytes(&case.expected["signed"]), None)
}

/// itsdangerous' `TimestampSigner.unsign`.
pub(crate) fn timestamp_unsign(case: &Case) -> Outcome {
    let token = bytes(&case.given["signed"]);
    let signer = timed(&case.given);
    let ours = signer.unsign(&token, moment(&case.given["now"]), seconds(&case.given["max_age"]));
    let ours = ours.map(|signed| (signed.value.to_vec(), iso(signed.signed_at)));
    let theirs = theirs(&case.expected, |ok| (bytes(&ok[0]), ok[1].as_str().map(str::to_owned)));
    judge(ours.map_err(|error| Facts::timed(error, &token)), theirs, &token)
}

/// The four serializers of itsdangerous, with its own JSON.
pub(crate) fn serializer(case: &Case) -> Outcome {
    let Some(value) = notation::value(&case.given["value"]) else {
        return Outcome::Excused("python-only-type");
    };
    let class = case.given["class"].as_str().unwrap();
    let both = Both::of(class, &case.given);
    let ours = both.dumps(&value).unwrap();
    let theirs = bytes(&case.expected["token"]);
    let read = both.loads(&theirs).unwrap();
    assert_eq!(shown(&read), shown(&both.loads(&ours).unwrap()));
    let means_the_same =
        class.starts_with("URLSafe") && is_compressed(&theirs) && shown(&read) == shown(&value);
    if means_the_same { Outcome::Passed } else { compare(ours, theirs, None) }
}

/// Writing Flask's session cookie.
pub(crate) fn client_dump(case: &Case) -> Outcome {
    // In place of what only Python has: what Python itself gives back for it.
    let value = notation::map(&case.given["value"]).or_else(|| notation::map(&case.expected["reloaded"]));
    let Some(value) = value else { return Outcome::Excused("python-only-type") };
    let Some(flask) = flask(&case.given) else { return Outcome::Excused("digest-not-offered") };
    let now = moment(&case.given["timestamp"]);
    let Ok(ours) = flask.dump_map(&value, now) else {
        return if is_error(case) { Outcome::Passed } else { Outcome::Failed("refused".into()) };
    };
    let Some(theirs) = case.expected["cookie"].as_str() else {
        return Outcome::Failed(format!("ours {ours}, upstream {:?}", case.expected));
    };
    let reloaded = notation::value(&case.expected["reloaded"]).expect("a value that is read");
    for cookie in [&*ours, theirs] {
        let read = flask.loads(cookie.as_bytes(), now, Some(Duration::ZERO)).unwrap();
        assert_eq!(shown(&read), shown(&reloaded), "{}: {cookie}", case.id);
    }
    let json = TaggedJson::default().encode_value(&Value::Map(value)).unwrap();
    let is_same_json = case.expected["json"].as_str().map(str::as_bytes) == Some(json.as_slice());
    let means_the_same = is_same_json && (is_compressed(theirs.as_bytes()) || is_compressed(ours.as_bytes()));
    if means_the_same { Outcome::Passed } else { compare(ours.as_str(), theirs, None) }
}

/// Reading Flask's session cookie.
pub(crate) fn client_load(case: &Case) -> Outcome {
    if let Some(rule) = settings_rule(&case.given) {
        return Outcome::Excused(rule);
    }
    let flask = flask(&case.given).expect("SHA-1");
    let cookie = bytes(&case.given["cookie"]);
    let (now, max_age) = (moment(&case.given["now"]), seconds(&case.given["max_age"]));
    let ours = flask.loads(&cookie, now, max_age);
    let map = flask.load_map(&cookie, now, max_age).map(|loaded| Value::Map(loaded.data));
    match &ours {
        Ok(value @ Value::Map(_)) => assert_eq!(shown(&map.unwrap()), shown(value)),
        _ => assert!(map.is_err(), "{}: only a map is a session", case.id),
    }
    let ours = ours.map(|value| shown(&value)).map_err(|error| Facts::of_data(error, &cookie));
    let theirs = theirs(&case.expected, |ok| shown(&notation::value(ok).expect("a value that is read")));
    judge(ours, theirs, &cookie)
}

/// What an exception of itsdangerous says, beside its words.
#[derive(Debug, PartialEq)]
struct Facts {
    class: String,
    payload: Option<Vec<u8>>,
    date_signed: Option<String>,
}

impl Facts {
    fn new(class: &str, payload: Option<&[u8]>, date_signed: Option<String>) -> Self {
        Self { class: class.to_owned(), payload: payload.map(<[u8]>::to_vec), date_signed }
    }

    fn untimed(error: BadSignature, token: &[u8]) -> Self {
        let signed = inspect(token, b".").map(|claim| claim.signed);
        assert!(matches!(error, BadSignature::NoSeparator | BadSignature::Mismatch));
        assert_eq!(error == BadSignature::NoSeparator, signed.is_none());
        Self::new("BadSignature", signed, None)
    }

    fn timed(error: BadSignature, token: &[u8]) -> Self {
        let claim = inspect(token, b".");
        let value = claim.map(|claim| claim.value);
        let claimed = claim.and_then(|claim| claim.signed_at).and_then(iso);
        match error {
            BadSignature::Mismatch if claim.is_some_and(|claim| claim.timestamp.is_some()) => {
                Self::new("BadTimeSignature", value, claimed)
            }
            BadSignature::NoSeparator | BadSignature::Mismatch => Self::new("BadSignature", value, None),
            BadSignature::NoTimestamp | BadSignature::MalformedTimestamp => {
                Self::new("BadTimeSignature", value, None)
            }
            BadSignature::Expired { signed_at, .. } | BadSignature::FromTheFuture { signed_at, .. } => {
                Self::new("SignatureExpired", value, iso(signed_at))
            }
            _ => panic!("an error that itsdangerous has no class for: {error}"),
        }
    }

    fn of_data(error: BadData, token: &[u8]) -> Self {
        match error {
            BadData::BadSignature(error) => Self::timed(error, token),
            BadData::BadPayload(_) => Self::new("BadPayload", None, None),
            _ => Self::new("TooLong", None, None),
        }
    }
}

fn theirs<T>(expected: &Json, ok: impl Fn(&Json) -> T) -> Result<T, Facts> {
    if let Some(value) = expected.get("ok") {
        return Ok(ok(value));
    }
    let text = |name: &str| expected[name].as_str();
    let payload = text("payload_hex").map(|digits| notation::hex(digits).unwrap());
    Err(Facts::new(text("error").unwrap(), payload.as_deref(), text("date_signed").map(str::to_owned)))
}

/// A rule can excuse that we refuse more, or say less of it; never that we take what upstream refuses.
fn judge<T: PartialEq + std::fmt::Debug>(
    ours: Result<T, Facts>,
    theirs: Result<T, Facts>,
    token: &[u8],
) -> Outcome {
    let rule = if ours.is_err() { token_rule(token) } else { None };
    compare(ours, theirs, rule)
}

/// The rule for a token that itsdangerous reads but never writes.
pub(crate) fn token_rule(token: &[u8]) -> Option<&'static str> {
    let claim = inspect(token, b".")?;
    if base64_decode(claim.signature).is_err() {
        return Some("signature-not-canonical-base64");
    }
    if base64_decode(claim.timestamp?).is_err() {
        return Some("timestamp-not-canonical-base64");
    }
    if claim.signed_at.is_some_and(|at| iso(at).is_none()) {
        return Some("timestamp-beyond-year-9999");
    }
    match decode_payload(claim.value, Limits::default().inflated) {
        Ok(json) => codec::json_rule(std::str::from_utf8(&json).ok()?),
        Err(BadPayload::NotBase64(_)) => Some("payload-not-canonical-base64"),
        Err(BadPayload::TooLarge { .. }) => Some("payload-inflates-beyond-limit"),
        Err(_) => None,
    }
}

/// The rule for settings that Flask takes and we refuse when the program starts.
fn settings_rule(given: &Json) -> Option<&'static str> {
    if bytes(&given["secret_key"]).is_empty() {
        return Some("empty-secret-refused");
    }
    if !given["fallbacks"].is_array() {
        return Some("scalar-fallbacks-refused");
    }
    (!given["max_age"].is_u64()).then_some("lifetime-not-a-duration")
}

/// One of the four classes.
enum Both {
    Plain(Serializer<PythonJson>),
    Timed(TimedSerializer<PythonJson>, UnixTime),
    UrlSafe(UrlSafeSerializer<PythonJson>),
    UrlSafeTimed(UrlSafeTimedSerializer<PythonJson>, UnixTime),
}

impl Both {
    fn of(class: &str, given: &Json) -> Self {
        let (keys, salt, now) = (keys(given), given["salt"].as_str().unwrap(), moment(&given["timestamp"]));
        let (json, options) = (PythonJson::default(), SerializerOptions::with_salt(salt));
        match class {
            "Serializer" => Self::Plain(Serializer::new(&keys, json, options).unwrap()),
            "TimedSerializer" => Self::Timed(TimedSerializer::new(&keys, json, options).unwrap(), now),
            "URLSafeSerializer" => Self::UrlSafe(UrlSafeSerializer::json(&keys, salt)),
            "URLSafeTimedSerializer" => Self::UrlSafeTimed(UrlSafeTimedSerializer::json(&keys, salt), now),
            _ => panic!("a serializer that itsdangerous 2.2 does not have: {class}"),
        }
    }

    fn dumps(&self, value: &Value) -> Option<Vec<u8>> {
        match self {
            Self::Plain(serializer) => serializer.dumps(value).ok(),
            Self::Timed(serializer, now) => serializer.dumps(value, *now).ok(),
            Self::UrlSafe(serializer) => serializer.dumps(value).ok().map(String::into_bytes),
            Self::UrlSafeTimed(serializer, now) => serializer.dumps(value, *now).ok().map(String::into_bytes),
        }
    }

    fn loads(&self, token: &[u8]) -> Option<Value> {
        let max_age = Some(Duration::ZERO);
        match self {
            Self::Plain(serializer) => serializer.loads(token).ok(),
            Self::Timed(serializer, now) => serializer.loads(token, *now, max_age).ok(),
            Self::UrlSafe(serializer) => serializer.loads(token).ok(),
            Self::UrlSafeTimed(serializer, now) => serializer.loads(token, *now, max_age).ok(),
        }
    }
}

fn timed(given: &Json) -> TimestampSigner {
    TimestampSigner::new(&keys(given), signer_options(given).unwrap(), TimestampOptions::default()).unwrap()
}

/// Flask's, with what the case changes; cookies that no browser would keep are in the vectors, too.
fn flask(given: &Json) -> Option<FlaskSerializer> {
    let mut keys = key(bytes(&given["secret_key"]));
    for older in given["fallbacks"].as_array().unwrap().iter().rev() {
        keys = keys.with_fallback(bytes(older)).unwrap();
    }
    let flask = SerializerOptions::flask();
    let salt = given.get("salt").map_or(flask.signer.salt, bytes);
    let signer = match given.get("digest") {
        Some(_) => SignerOptions { salt, ..signer_options(given)? },
        None => SignerOptions { salt, ..SerializerOptions::flask().signer },
    };
    let options = SerializerOptions { signer, limits: Limits::default(), ..SerializerOptions::flask() };
    Some(UrlSafeTimedSerializer::new(&keys, TaggedJson::default(), options).unwrap())
}

fn signer_options(given: &Json) -> Option<SignerOptions> {
    let default = SignerOptions::default();
    let text = |name: &str| given.get(name).filter(|value| !value.is_null());
    Some(SignerOptions {
        salt: text("salt").map_or(default.salt, bytes),
        separator: text("sep").map_or(default.separator, bytes),
        key_derivation: match text("key_derivation").and_then(Json::as_str) {
            None | Some("django-concat") => KeyDerivation::DjangoConcat,
            Some("concat") => KeyDerivation::Concat,
            Some("hmac") => KeyDerivation::Hmac,
            Some("none") => KeyDerivation::None,
            _ => return None,
        },
        digest: match text("digest").and_then(Json::as_str) {
            None | Some("sha1") => Digest::Sha1,
            Some("md5") => Digest::Md5,
            Some("sha256") => Digest::Sha256,
            Some("sha384") => Digest::Sha384,
            Some("sha512") => Digest::Sha512,
            _ => return None,
        },
    })
}

/// Upstream names the newest key last.
fn keys(given: &Json) -> SecretKeys {
    let mut newest_first = given["secret_keys"].as_array().unwrap().iter().rev().map(bytes);
    let newest = key(newest_first.next().unwrap());
    newest_first.fold(newest, |keys, older| keys.with_fallback(older).unwrap())
}

fn key(newest: impl AsRef<[u8]>) -> SecretKeys {
    SecretKeys::accepting_weak(newest).unwrap()
}

fn bytes(json: &Json) -> Vec<u8> {
    match notation::value(json) {
        Some(Value::Str(text)) => text.as_str().unwrap().as_bytes().to_vec(),
        Some(Value::Bytes(bytes)) => bytes,
        _ => Vec::new(),
    }
}

fn moment(json: &Json) -> UnixTime {
    UnixTime::from_seconds(json.as_i64().unwrap())
}

fn seconds(json: &Json) -> Option<Duration> {
    json.as_u64().map(Duration::from_secs)
}

/// As Python prints it; `None` beyond the year 9999, where Python has no dates.
fn iso(at: UnixTime) -> Option<String> {
    DateTime::aware(at.seconds(), 0, 0).map(|date| date.to_iso())
}

fn is_compressed(token: &[u8]) -> bool {
    token.starts_with(b".")
}

fn is_error(case: &Case) -> bool {
    case.expected.get("error").is_some()
}

/// As text, because equality of maps forgets their order and NaN is not equal to itself.
fn shown(value: &Value) -> String {
    format!("{value:?}")
}
