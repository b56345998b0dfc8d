//! `signer`, `signer_ctor`, `unsign`, `timestamp_signer`, `timestamp_unsign`, `serializer`, `client_dump`, `client_load`.

use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::codec::{Codec, PythonJson, TaggedJson};
use dewar::signing::{
    BadData, BadPayload, BadSignature, Digest, FlaskSerializer, KeyDerivation, Limits, SecretKeys,
    Serializer, SerializerOptions, Signer, SignerOptions, TimedSerializer, TimestampOptions, TimestampSigner,
    UrlSafeSerializer, UrlSafeTimedSerializer, base64_decode, decode_payload, inspect,
};
use dewar::value::{DateTime, Value};
use serde_json::Value as Json;

use super::given::{Given, Judged, Known, Stop, ensure};
use super::{Case, Outcome, codec, compare, notation};

/// itsdangerous' `Signer.sign`, and back.
pub(crate) fn signer(case: &Case) -> Judged {
    if case.given["algorithm"] == "none" {
        return Ok(Outcome::Excused("none-algorithm-absent"));
    }
    let Some(options) = signer_options(&case.given)? else {
        return Ok(if is_error(case) { Outcome::Passed } else { Outcome::Excused("digest-not-offered") });
    };
    let signer = Signer::new(&keys(&case.given)?, options).known()?;
    let value = bytes(&case.given["value"])?;
    let token = signer.sign(&value);
    ensure(signer.unsign(&token).known()?.value == value, "what was signed is another value")?;
    let theirs = match case.expected["signed_hex"].as_str() {
        Some(digits) => notation::hex(digits).known()?,
        None => bytes(&case.expected["signed_utf8"])?,
    };
    Ok(compare(token, theirs, None))
}

/// Which separators are refused.
pub(crate) fn signer_ctor(case: &Case) -> Judged {
    let separator = bytes(&case.given["sep"])?;
    let in_base64 = separator.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(byte));
    let ours = Signer::new(&key("k")?, SignerOptions { separator, ..SignerOptions::default() });
    Ok(compare(ours.is_err(), is_error(case), in_base64.then_some("separator-of-base64-letters")))
}

/// itsdangerous' `Signer.unsign`.
pub(crate) fn unsign(case: &Case) -> Judged {
    let signer = Signer::new(&keys(&case.given)?, signer_options(&case.given)?.known()?).known()?;
    let token = bytes(&case.given["signed"])?;
    let ours = match signer.unsign(&token) {
        Ok(unsigned) => Ok(unsigned.value.to_vec()),
        Err(error) => Err(Facts::untimed(error, &token)?),
    };
    Ok(judge(ours, theirs(&case.expected, bytes)?, &token))
}

/// itsdangerous' `TimestampSigner.sign`.
pub(crate) fn timestamp_signer(case: &Case) -> Judged {
    let token = timed(&case.given)?.sign(&bytes(&case.given["value"])?, moment(&case.given["timestamp"])?);
    Ok(compare(token, bytes(&case.expected["signed"])?, None))
}

/// itsdangerous' `TimestampSigner.unsign`.
pub(crate) fn timestamp_unsign(case: &Case) -> Judged {
    let token = bytes(&case.given["signed"])?;
    let theirs = theirs(&case.expected, |ok| Ok((bytes(&ok[0])?, ok[1].as_str().map(str::to_owned))))?;
    if is_negative(&case.given["max_age"]) {
        // Upstream then takes every token for expired.
        return Ok(if theirs.is_err() { Outcome::Excused("no-age-is-negative") } else { unlike(theirs) });
    }
    let signer = timed(&case.given)?;
    let ours = signer.unsign(&token, moment(&case.given["now"])?, seconds(&case.given["max_age"])?);
    let ours = match ours {
        Ok(signed) => Ok((signed.value.to_vec(), iso(signed.signed_at))),
        Err(error) => Err(Facts::timed(error, &token)?),
    };
    Ok(judge(ours, theirs, &token))
}

fn unlike<T: std::fmt::Debug>(theirs: Result<T, Facts>) -> Outcome {
    Outcome::Failed(format!("upstream takes it with an age below zero: {theirs:?}"))
}

/// The four serializers of itsdangerous, with its own JSON.
pub(crate) fn serializer(case: &Case) -> Judged {
    let Some(value) = notation::value(&case.given["value"]) else {
        return Ok(Outcome::Excused("python-only-type"));
    };
    let class = case.given["class"].text()?;
    let both = Both::of(class, &case.given)?;
    let ours = both.dumps(&value).known()?;
    let theirs = bytes(&case.expected["token"])?;
    let read = both.loads(&theirs).known()?;
    ensure(shown(&read) == shown(&both.loads(&ours).known()?), "ours says something else")?;
    let means_the_same =
        class.starts_with("URLSafe") && is_compressed(&theirs) && shown(&read) == shown(&value);
    Ok(if means_the_same { Outcome::Passed } else { compare(ours, theirs, None) })
}

/// Writing Flask's session cookie.
pub(crate) fn client_dump(case: &Case) -> Judged {
    // In place of what only Python has: what Python itself gives back for it.
    let value = notation::map(&case.given["value"]).or_else(|| notation::map(&case.expected["reloaded"]));
    let Some(value) = value else { return Ok(Outcome::Excused("python-only-type")) };
    let Some(flask) = flask(&case.given)? else { return Ok(Outcome::Excused("digest-not-offered")) };
    let now = moment(&case.given["timestamp"])?;
    let Ok(ours) = flask.dump_map(&value, now) else {
        return Ok(if is_error(case) { Outcome::Passed } else { Outcome::Failed("refused".into()) });
    };
    let Some(theirs) = case.expected["cookie"].as_str() else {
        return Ok(Outcome::Failed(format!("ours {ours}, upstream {:?}", case.expected)));
    };
    ensure(ours.len() * 10 <= theirs.len() * 11, "more than a tenth longer than upstream's")?;
    let reloaded = notation::value(&case.expected["reloaded"]).known()?;
    for cookie in [&*ours, theirs] {
        let read = flask.loads(cookie.as_bytes(), now, Some(Duration::ZERO)).known()?;
        ensure(shown(&read) == shown(&reloaded), "read otherwise than upstream reads it")?;
    }
    let json = TaggedJson::default().encode_value(&Value::Map(value)).known()?;
    let is_same_json = case.expected["json"].as_str().map(str::as_bytes) == Some(json.as_slice());
    let means_the_same = is_same_json && (is_compressed(theirs.as_bytes()) || is_compressed(ours.as_bytes()));
    Ok(if means_the_same { Outcome::Passed } else { compare(ours.as_str(), theirs, None) })
}

/// Reading Flask's session cookie.
pub(crate) fn client_load(case: &Case) -> Judged {
    if let Some(rule) = settings_rule(&case.given)? {
        return Ok(Outcome::Excused(rule));
    }
    let flask = flask(&case.given)?.known()?;
    let cookie = bytes(&case.given["cookie"])?;
    let (now, max_age) = (moment(&case.given["now"])?, seconds(&case.given["max_age"])?);
    let ours = flask.loads(&cookie, now, max_age);
    let map = flask.load_map(&cookie, now, max_age).map(|loaded| Value::Map(loaded.data));
    match &ours {
        Ok(value @ Value::Map(_)) => ensure(shown(&map.known()?) == shown(value), "a map is the session")?,
        _ => ensure(map.is_err(), "only a map is a session")?,
    }
    let ours = match ours {
        Ok(value) => Ok(shown(&value)),
        Err(error) => Err(Facts::of_data(error, &cookie)?),
    };
    let theirs = theirs(&case.expected, |ok| Ok(shown(&notation::value(ok).known()?)))?;
    Ok(judge(ours, theirs, &cookie))
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

    fn untimed(error: BadSignature, token: &[u8]) -> Judged<Self> {
        let signed = inspect(token, b".").map(|claim| claim.signed);
        let is_known = matches!(error, BadSignature::NoSeparator | BadSignature::Mismatch);
        ensure(is_known, "an error of a token with a time")?;
        ensure((error == BadSignature::NoSeparator) == signed.is_none(), "a separator")?;
        Ok(Self::new("BadSignature", signed, None))
    }

    fn timed(error: BadSignature, token: &[u8]) -> Judged<Self> {
        let claim = inspect(token, b".");
        let value = claim.map(|claim| claim.value);
        let claimed = claim.and_then(|claim| claim.signed_at).and_then(iso);
        Ok(match error {
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
            _ => return Err(Stop::new(format!("an error that itsdangerous has no class for: {error}"))),
        })
    }

    fn of_data(error: BadData, token: &[u8]) -> Judged<Self> {
        Ok(match error {
            BadData::BadSignature(error) => return Self::timed(error, token),
            BadData::BadPayload(_) => Self::new("BadPayload", None, None),
            _ => Self::new("TooLong", None, None),
        })
    }
}

fn theirs<T>(expected: &Json, ok: impl Fn(&Json) -> Judged<T>) -> Judged<Result<T, Facts>> {
    if let Some(value) = expected.get("ok") {
        return ok(value).map(Ok);
    }
    let text = |name: &str| expected[name].as_str();
    let payload = text("payload_hex").map(|digits| notation::hex(digits).known()).transpose()?;
    Ok(Err(Facts::new(expected["error"].text()?, payload.as_deref(), text("date_signed").map(str::to_owned))))
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
fn settings_rule(given: &Json) -> Judged<Option<&'static str>> {
    if bytes(&given["secret_key"])?.is_empty() {
        return Ok(Some("empty-secret-refused"));
    }
    if !given["fallbacks"].is_array() {
        return Ok(Some("scalar-fallbacks-refused"));
    }
    Ok((!given["max_age"].is_u64()).then_some("lifetime-not-a-duration"))
}

/// One of the four classes.
enum Both {
    Plain(Serializer<PythonJson>),
    Timed(TimedSerializer<PythonJson>, UnixTime),
    UrlSafe(UrlSafeSerializer<PythonJson>),
    UrlSafeTimed(UrlSafeTimedSerializer<PythonJson>, UnixTime),
}

impl Both {
    fn of(class: &str, given: &Json) -> Judged<Self> {
        let (keys, salt, now) = (keys(given)?, given["salt"].text()?, moment(&given["timestamp"])?);
        let (json, options) = (PythonJson::default(), SerializerOptions::with_salt(salt));
        Ok(match class {
            "Serializer" => Self::Plain(Serializer::new(&keys, json, options).known()?),
            "TimedSerializer" => Self::Timed(TimedSerializer::new(&keys, json, options).known()?, now),
            "URLSafeSerializer" => Self::UrlSafe(UrlSafeSerializer::json(&keys, salt)),
            "URLSafeTimedSerializer" => Self::UrlSafeTimed(UrlSafeTimedSerializer::json(&keys, salt), now),
            _ => return Err(Stop::new(format!("a serializer that itsdangerous 2.2 does not have: {class}"))),
        })
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

fn timed(given: &Json) -> Judged<TimestampSigner> {
    let options = signer_options(given)?.known()?;
    TimestampSigner::new(&keys(given)?, options, TimestampOptions::default()).known()
}

/// Flask's, with what the case changes; cookies that no browser would keep are in the vectors, too.
fn flask(given: &Json) -> Judged<Option<FlaskSerializer>> {
    let mut keys = key(bytes(&given["secret_key"])?)?;
    for older in given["fallbacks"].items()?.iter().rev() {
        keys = keys.with_fallback(bytes(older)?).known()?;
    }
    let mut signer = match given.get("digest") {
        Some(_) => match signer_options(given)? {
            Some(signer) => signer,
            None => return Ok(None),
        },
        None => SerializerOptions::flask().signer,
    };
    signer.salt = given.get("salt").map_or(Ok(SerializerOptions::flask().signer.salt), bytes)?;
    let options = SerializerOptions { signer, limits: Limits::default(), ..SerializerOptions::flask() };
    UrlSafeTimedSerializer::new(&keys, TaggedJson::default(), options).known().map(Some)
}

/// `None` for a digest that is not offered, and for what upstream refuses itself.
fn signer_options(given: &Json) -> Judged<Option<SignerOptions>> {
    let default = SignerOptions::default();
    let text = |name: &str| given.get(name).filter(|value| !value.is_null());
    Ok(Some(SignerOptions {
        salt: text("salt").map_or(Ok(default.salt), bytes)?,
        separator: text("sep").map_or(Ok(default.separator), bytes)?,
        key_derivation: match text("key_derivation").map(Given::text).transpose()? {
            None | Some("django-concat") => KeyDerivation::DjangoConcat,
            Some("concat") => KeyDerivation::Concat,
            Some("hmac") => KeyDerivation::Hmac,
            Some("none") => KeyDerivation::None,
            Some(_) => return Ok(None),
        },
        digest: match text("digest").map(Given::text).transpose()? {
            None | Some("sha1") => Digest::Sha1,
            Some("md5") => Digest::Md5,
            Some("sha256") => Digest::Sha256,
            Some("sha384") => Digest::Sha384,
            Some("sha512") => Digest::Sha512,
            Some(_) => return Ok(None),
        },
    }))
}

/// Upstream names the newest key last.
fn keys(given: &Json) -> Judged<SecretKeys> {
    let (newest, older) = given["secret_keys"].items()?.split_last().known()?;
    let mut keys = key(bytes(newest)?)?;
    for older in older.iter().rev() {
        keys = keys.with_fallback(bytes(older)?).known()?;
    }
    Ok(keys)
}

fn key(newest: impl AsRef<[u8]>) -> Judged<SecretKeys> {
    SecretKeys::accepting_weak(newest).known()
}

fn bytes(json: &Json) -> Judged<Vec<u8>> {
    Ok(match notation::value(json) {
        Some(Value::Str(text)) => text.as_str().known()?.as_bytes().to_vec(),
        Some(Value::Bytes(bytes)) => bytes,
        _ => Vec::new(),
    })
}

fn moment(json: &Json) -> Judged<UnixTime> {
    json.whole().map(UnixTime::from_seconds)
}

fn is_negative(json: &Json) -> bool {
    json.as_f64().is_some_and(|seconds| seconds < 0.0)
}

fn seconds(json: &Json) -> Judged<Option<Duration>> {
    match json {
        Json::Null => Ok(None),
        seconds => Duration::try_from_secs_f64(seconds.as_f64().known()?).known().map(Some),
    }
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
