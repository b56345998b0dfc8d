//! What can be done about a cookie.

use dewar::codec::TaggedJson;
use dewar::cookie::MAX_NAME_AND_VALUE;
use dewar::signing::{FlaskSerializer, SecretKeys, base64_decode, inspect, secret};

use super::flask::{self, LEGACY_EPOCH, SEPARATOR};
use super::report::{Question, Report};
use super::{Kind, Oddity, Verdict, in_words};

/// How many characters an HMAC-SHA-1 has as base64.
const SIGNATURE: usize = 27;

pub(super) fn on(question: &Question<'_>, report: &Report) -> Vec<String> {
    let mut advice: Vec<String> =
        report.oddities.iter().map(|oddity| on_oddity(*oddity).to_owned()).collect();
    match report.kind {
        Kind::Flask | Kind::FlaskCompressed => on_flask(question, report, &mut advice),
        Kind::Sealed => on_sealed(question, report, &mut advice),
        Kind::SessionId | Kind::SignedSessionId => {
            advice.push("the session itself is in the store. Do not show this id to anyone: whoever has it can use the session".into());
        }
        Kind::Signed | Kind::Unknown => {
            advice.push("is it complete, and is it the session cookie? Copy its value from the browser's developer tools".into());
        }
    }
    on_all(question, report, &mut advice);
    advice
}

fn on_oddity(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::Quoted => "it was in quotes, which were removed",
        Oddity::PercentEncoded => {
            "it was percent-encoded and was decoded here. A server does not decode it: send it as it was set"
        }
        Oddity::Whitespace => {
            "it contained white space, which was removed: a terminal or an editor has probably wrapped it"
        }
    }
}

fn on_flask(question: &Question<'_>, report: &Report, advice: &mut Vec<String>) {
    let Some(claim) = inspect(question.cookie.value.as_bytes(), SEPARATOR) else {
        advice.push(
            "it is cut short: a Flask cookie has a payload, a timestamp and a signature, with dots between"
                .into(),
        );
        return;
    };
    on_signature(claim.signature, advice);
    on_age(question, report, advice);
    if report.is_foreign && advice.is_empty() {
        match fitting_secret(question) {
            Some(how) => advice.push(format!("it would be valid if the secret {how}: change the file")),
            None => advice.push(
                "is this the secret of the program that set the cookie? An older one of its secrets goes into --fallback-file, \
                 a salt other than cookie-session into --salt"
                    .into(),
            ),
        }
    }
}

fn on_signature(signature: &[u8], advice: &mut Vec<String>) {
    match signature.len() {
        SIGNATURE if base64_decode(signature).is_err() => advice.push(
            "the signature is base64 that no program writes; Flask would accept it, Dewar does not".into(),
        ),
        SIGNATURE => {}
        43 | 64 | 86 => {
            advice.push("the signature does not have the length of SHA-1, which Flask uses".into())
        }
        length if length < SIGNATURE => {
            advice.push(format!("it is cut short: the signature has {length} of {SIGNATURE} characters"));
        }
        length => advice.push(format!(
            "something follows the cookie: the signature has {length} characters, not {SIGNATURE}"
        )),
    }
}

fn on_age(question: &Question<'_>, report: &Report, advice: &mut Vec<String>) {
    let Some(written) = &report.written_at else { return };
    let (now, skew) = (question.now.seconds(), written.unix.saturating_sub(question.now.seconds()));
    if written.unix < LEGACY_EPOCH {
        advice.push(
            "its timestamp is before 2011: itsdangerous before 1.0 counted from 2011. Use --legacy-epoch to read it that way".into(),
        );
    } else if skew > 0 {
        let skew = in_words(skew.unsigned_abs());
        advice.push(format!("it was signed {skew} in the future: compare the clocks of the machines"));
    } else if report.expires_at.as_ref().is_some_and(|ends| ends.unix < now) {
        advice.push("it has expired: the user has to log in again. PERMANENT_SESSION_LIFETIME sets how long it is valid".into());
    }
}

/// How the secret would have to be changed for the signature to fit: what commonly happens to secrets in files.
fn fitting_secret(question: &Question<'_>) -> Option<&'static str> {
    let claim = inspect(question.cookie.value.as_bytes(), SEPARATOR)?;
    let fits = |secret: &[u8]| {
        let keys = SecretKeys::accepting_weak(secret).ok()?;
        let serializer = FlaskSerializer::new(&keys, TaggedJson::default(), flask::options(question)).ok()?;
        let signed_at = claim.signed_at?;
        serializer.load_map(question.cookie.value.as_bytes(), signed_at, None).ok()
    };
    question.secrets?.iter().find_map(|secret| {
        let unquoted = secret.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        let unquoted =
            unquoted.or_else(|| secret.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'")));
        if fits(secret.trim_ascii()).is_some() {
            Some("had no white space around it")
        } else if unquoted.and_then(fits).is_some() {
            Some("had no quotes around it")
        } else {
            fits(&[secret, b"\n".as_slice()].concat()).map(|_| "ended with a line feed")
        }
    })
}

fn on_sealed(question: &Question<'_>, report: &Report, advice: &mut Vec<String>) {
    if question.secrets.is_none() {
        advice.push(
            "a sealed cookie can only be read with its secret key: name the file with --secret-file".into(),
        );
    } else if report.verdict == Verdict::Invalid && report.written_at.is_none() {
        let name = report.cookie_name.as_deref().unwrap_or_default();
        advice.push(format!(
            "it was tried as the cookie {name}: if it has another name, use --cookie-name; an older secret goes into \
             --fallback-file"
        ));
    }
}

fn on_all(question: &Question<'_>, report: &Report, advice: &mut Vec<String>) {
    let name = report.cookie_name.as_ref().map_or(0, String::len);
    if report.bytes + name > MAX_NAME_AND_VALUE {
        advice.push(format!(
            "it is too large: browsers ignore a cookie with more than {MAX_NAME_AND_VALUE} bytes of name and value"
        ));
    }
    if report.key_is_old == Some(true) {
        advice.push(
            "an older key matches: keep that key until the last cookie made with it has expired".into(),
        );
    }
    let weak = question.secrets.and_then(|secrets| secrets.iter().find_map(|key| secret::check(key).err()));
    if let (Verdict::Valid, Some(weak)) = (report.verdict, weak) {
        advice.push(format!("anyone may be able to forge it: {weak}"));
    }
}
