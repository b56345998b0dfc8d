//! Flask's session cookie: everybody can read it, the key says whether it is valid.

use dewar::Lifetime;
use dewar::codec::{Codec as _, TaggedJson};
use dewar::signing::{
    BadData, BadPayload, BadSignature, FlaskSerializer, SecretKeys, SerializerOptions, decode_payload,
    inspect,
};
use dewar::value::Value;

use super::Moment;
use super::report::{Question, Report, cause};

/// Between the payload, the timestamp and the signature.
pub(super) const SEPARATOR: &[u8] = b".";

/// As many bytes as the library inflates of a cookie.
pub(super) const INFLATED: usize = 256 << 10;

/// 2011-01-01T00:00:00Z, from which itsdangerous counted before 1.0.
pub(super) const LEGACY_EPOCH: i64 = 1_293_840_000;

pub(super) fn examine(question: &Question<'_>, report: &mut Report) {
    read(question, report);
    if let Some(secrets) = question.secrets {
        check(question, secrets.keys(), report);
    }
}

/// What it says of itself.
fn read(question: &Question<'_>, report: &mut Report) {
    let token = question.cookie.value.as_bytes();
    let Some(claim) = inspect(token, SEPARATOR) else {
        return report.invalid("it has no signature");
    };
    if let Some(mut at) = claim.signed_at {
        if question.legacy_epoch && at.seconds() < LEGACY_EPOCH {
            at = at.plus(std::time::Duration::from_secs(LEGACY_EPOCH.unsigned_abs()));
        }
        report.written_at = Some(Moment::from(at));
        report.expires_at = lifetime(question).idle.map(|idle| Moment::from(at.plus(idle)));
    }
    match decode_payload(claim.value, INFLATED) {
        Ok(json) => read_json(&json, report),
        Err(error) => report.invalid(in_words(&BadData::from(error))),
    }
}

fn read_json(json: &[u8], report: &mut Report) {
    match TaggedJson::default().decode(json) {
        Ok(data) => report.is_permanent = Some(data.get("_permanent").is_some_and(Value::is_truthy)),
        Err(error) => report.invalid(format!("its data cannot be read: {}", cause(&error))),
    }
    report.holds(String::from_utf8_lossy(json).into_owned());
}

fn check(question: &Question<'_>, keys: &SecretKeys, report: &mut Report) {
    let serializer = match FlaskSerializer::new(keys, TaggedJson::default(), options(question)) {
        Ok(serializer) => serializer,
        Err(error) => return report.invalid(error.to_string()),
    };
    let token = question.cookie.value.as_bytes();
    match serializer.load_map(token, question.now, lifetime(question).idle) {
        Ok(loaded) => report.valid(loaded.key),
        Err(error) => {
            report.is_foreign = error == BadData::BadSignature(BadSignature::Mismatch);
            report.invalid(in_words(&error));
        }
    }
}

/// How the cookie's program signs: as Flask does, but for what the question says.
pub(super) fn options(question: &Question<'_>) -> SerializerOptions {
    let mut options = SerializerOptions::flask();
    if let Some(salt) = question.salt {
        options.signer.salt = salt.as_bytes().to_vec();
    }
    options.timestamps.legacy_epoch = question.legacy_epoch;
    options
}

fn lifetime(question: &Question<'_>) -> Lifetime {
    question.lifetime.unwrap_or_else(Lifetime::flask)
}

fn in_words(error: &BadData) -> String {
    match error {
        BadData::BadPayload(BadPayload::Decode(error)) => {
            format!("its data cannot be read: {}", cause(error))
        }
        error => cause(error),
    }
}
