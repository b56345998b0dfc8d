//! Cookies that no server has set: forged, broken, too old, meant for something else.

use dewar::codec::TaggedJson;
use dewar::random::Random;
use dewar::signing::{FlaskSerializer, Sealer, SecretKeys, SerializerOptions, UrlSafeTimedSerializer};
use dewar::value::Map;

use super::pair::{NOW, SECRET};

type Data<'d> = [(&'d str, &'d str)];

/// 31 days, Flask's lifetime.
const LIFETIME: i64 = 31 * 24 * 60 * 60;

/// A session cookie with a signature of this age in seconds.
pub(super) fn signed_ago(data: &Data<'_>, seconds: i64) -> String {
    format!("session={}", signed(SECRET, "cookie-session", data, seconds))
}

/// Cookies that are no session to Flask, each with what is wrong.
pub(super) fn unwelcome(data: &Data<'_>) -> Vec<(&'static str, String)> {
    let good = signed(SECRET, "cookie-session", data, 0);
    let [payload, timestamp, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let mut values = vec![
        ("empty", String::new()),
        ("junk", "junk".into()),
        ("dots", "..".into()),
        ("the payload alone", payload.into()),
        ("no signature", format!("{payload}.{timestamp}.")),
        ("no timestamp", format!("{payload}.{signature}")),
        ("the payload changed", good.replacen("ey", "ez", 1)),
        ("the signature changed", format!("{payload}.{timestamp}.{}", altered(signature))),
        ("the timestamp changed", format!("{payload}.{}.{signature}", altered(timestamp))),
        ("cut short", good[..good.len() - 1].into()),
        ("longer", format!("{good}A")),
        ("in upper case", good.to_uppercase()),
        ("by another key", signed("another", "cookie-session", data, 0)),
        ("for another purpose", signed(SECRET, "activate-account", data, 0)),
        ("a second too old", signed(SECRET, "cookie-session", data, LIFETIME + 1)),
        ("from the future", signed(SECRET, "cookie-session", data, -1)),
        ("sealed", sealed()),
    ];
    values.iter_mut().for_each(|(_, value)| *value = format!("session={value}"));
    values.extend(
        [
            "Session",
            "__Host-session",
            "xsession",
            "session2",
            "=session",
            "$session",
            "session%20",
            "%73ession",
        ]
        .map(|name| ("of another name", format!("{name}={good}"))),
    );
    values
}

/// Cookies that are a session to Flask, though not as a browser of today writes them.
pub(super) fn welcome(data: &Data<'_>) -> Vec<(&'static str, String)> {
    let good = signed(SECRET, "cookie-session", data, 0);
    vec![
        ("alone", format!("session={good}")),
        ("among others", format!("theme=dark; session={good}; lang=de")),
        ("without spaces", format!("theme=dark;session={good};lang=de")),
        ("behind junk", format!("; ;=; junk; session={good}")),
        ("in quotes", format!("session=\"{good}\"")),
        ("spaces around", format!("session = {good} ; lang=de")),
        ("on its last second", signed_ago(data, LIFETIME)),
    ]
}

fn signed(secret: &str, salt: &str, data: &Data<'_>, seconds_ago: i64) -> String {
    let keys = SecretKeys::accepting_weak(secret).unwrap();
    let mut options = SerializerOptions::flask();
    options.signer.salt = salt.into();
    let serializer: FlaskSerializer =
        UrlSafeTimedSerializer::new(&keys, TaggedJson::default(), options).unwrap();
    let data: Map = data.iter().copied().collect();
    let then = dewar::clock::UnixTime::from_seconds(NOW.seconds() - seconds_ago);
    serializer.dump_map(&data, then).unwrap()
}

fn sealed() -> String {
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    Sealer::new(&keys, "session", "session").unwrap().seal(b"\x00", &Random::system()).unwrap()
}

/// With another first letter.
fn altered(text: &str) -> String {
    let first = if text.starts_with('A') { 'B' } else { 'A' };
    format!("{first}{}", &text[1..])
}
