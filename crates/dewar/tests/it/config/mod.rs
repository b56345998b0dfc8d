//! One settings file, two programs: the same settings given to Flask and to us.
//!
//! `DEWAR_PYTHON` names a Python that has Flask 3.1. Without it there is nothing to compare with: the test says so and passes,
//! unless `DEWAR_REQUIRE_ALL=1`.

use std::io::Write;
use std::process::{Command, Stdio};

use dewar::clock::{Clock, UnixTime};
use dewar::config::{Config, ConfigError};
use dewar::{ClientSide, Session, SessionManager};
use serde_json::{Value as Json, json};

use dewar_servers::python;

const NOW: i64 = 1_709_210_096;

/// Signed by `legacy-secret`, which is weak, as is every secret here.
const COOKIE: &str = "session=eyJhIjoxfQ.ZeB58A.irsJHoVQpVu5KvrVC7CoGt1qJY4";

/// What the two make of the same settings.
enum Verdict {
    /// The same.
    Same,
    /// Flask takes it and we refuse it when the program starts.
    Refused,
}
use Verdict::{Refused, Same};

fn from_environment() -> Vec<(Verdict, Vec<(&'static str, &'static str)>)> {
    vec![
        (Same, vec![]),
        (
            Same,
            vec![
                ("SESSION_COOKIE_NAME", "sid"),
                ("SESSION_COOKIE_SECURE", "true"),
                ("SESSION_COOKIE_HTTPONLY", "false"),
            ],
        ),
        (Same, vec![("SESSION_COOKIE_NAME", "__Host-s"), ("SESSION_COOKIE_SECURE", "true")]),
        (Same, vec![("SESSION_COOKIE_DOMAIN", ".example.com:80"), ("SESSION_COOKIE_PATH", "/a b/é")]),
        (
            Same,
            vec![
                ("SESSION_COOKIE_DOMAIN", "null"),
                ("SESSION_COOKIE_PATH", "null"),
                ("APPLICATION_ROOT", "/root"),
            ],
        ),
        (
            Same,
            vec![
                ("SESSION_COOKIE_DOMAIN", "false"),
                ("SESSION_COOKIE_PATH", ""),
                ("APPLICATION_ROOT", "null"),
            ],
        ),
        (Same, vec![("SESSION_COOKIE_SAMESITE", "lax"), ("SESSION_REFRESH_EACH_REQUEST", "false")]),
        (Same, vec![("SESSION_COOKIE_SAMESITE", "\"STRICT\""), ("SESSION_COOKIE_PARTITIONED", "true")]),
        (Same, vec![("SESSION_COOKIE_SAMESITE", "None"), ("SESSION_COOKIE_PARTITIONED", "true")]),
        (Same, vec![("SESSION_COOKIE_SAMESITE", "null"), ("DEBUG", "1"), ("MAX_CONTENT_LENGTH", "[")]),
        (Same, vec![("PERMANENT_SESSION_LIFETIME", "3600")]),
        (Same, vec![("PERMANENT_SESSION_LIFETIME", " 90.75 ")]),
        (Same, vec![("PERMANENT_SESSION_LIFETIME", "1e3")]),
        (Same, vec![("PERMANENT_SESSION_LIFETIME", "0")]),
        (Same, vec![("PERMANENT_SESSION_LIFETIME", "220752000000")]),
        (Same, vec![("SECRET_KEY", "new"), ("SECRET_KEY_FALLBACKS", "[\"legacy-secret\", \"other\"]")]),
        (Same, vec![("SECRET_KEY", "new"), ("SECRET_KEY_FALLBACKS", "[\"other\", \"legacy-secret\"]")]),
        (Same, vec![("SECRET_KEY", "\"new\\u00e9\""), ("SECRET_KEY_FALLBACKS", "null")]),
        (Refused, vec![("SECRET_KEY_FALLBACKS", "legacy-secret")]),
        (Refused, vec![("SECRET_KEY", "")]),
        (Refused, vec![("SECRET_KEY", "12345")]),
        (Refused, vec![("SESSION_COOKIE_SECURE", "False")]),
        (Refused, vec![("SESSION_COOKIE_SECURE", "1")]),
        (Refused, vec![("SESSION_COOKIE_DOMAIN", "")]),
        (Refused, vec![("SESSION_COOKIE_SAMESITE", "")]),
        (Refused, vec![("SESSION_COOKIE_SAMESITE", "None")]),
        (Refused, vec![("SESSION_COOKIE_NAMES", "sid")]),
        (Refused, vec![("PERMANENT_SESSION_LIFETIME", "-5")]),
        (Refused, vec![("PERMANENT_SESSION_LIFETIME", "null")]),
        (Refused, vec![("PERMANENT_SESSION_LIFETIME", "31 days")]),
    ]
}

const FILES: &[&str] = &[
    "SECRET_KEY = 'legacy-secret'\nsecret_key = 'ours is above'\n[tool]\nSESSION_COOKIE_NAME = 'x'",
    "SECRET_KEY = 'new'\nSECRET_KEY_FALLBACKS = ['legacy-secret']\nPERMANENT_SESSION_LIFETIME = 60",
    "SECRET_KEY = 'legacy-secret'\nSESSION_COOKIE_SECURE = true\nSESSION_COOKIE_SAMESITE = 'Lax'\nPERMANENT_SESSION_LIFETIME = 1.5",
];

#[test]
fn flask_makes_the_same_of_the_same_settings() {
    let environment =
        from_environment().into_iter().map(|(verdict, settings)| (verdict, variables(&settings)));
    let files = FILES.iter().map(|text| (Same, json!({ "toml": text })));
    let cases: Vec<(Verdict, Json)> = environment.chain(files).collect();
    let requests: Vec<Json> = cases.iter().map(|(_, settings)| request(settings)).collect();
    let Some(flask) = flask(&json!(requests)) else { return };
    for ((verdict, settings), theirs) in cases.iter().zip(&flask) {
        match (verdict, ours(settings)) {
            (Same, Ok(ours)) => assert_eq!(ours, *theirs, "{settings}"),
            (Refused, Err(_)) => {}
            (_, ours) => panic!("{settings}: ours {ours:?}, Flask {theirs}"),
        }
    }
    println!("{} settings compared with Flask", flask.len());
}

fn variables(settings: &[(&str, &str)]) -> Json {
    let mut variables = json!({ "FLASK_SECRET_KEY": "legacy-secret" });
    for (name, value) in settings {
        variables[format!("FLASK_{name}")] = json!(value);
    }
    json!({ "vars": variables })
}

fn request(settings: &Json) -> Json {
    let mut request = settings.clone();
    request["time"] = json!(NOW);
    request["cookie"] = json!(COOKIE);
    request
}

/// What the session held, and the `Set-Cookie` after `session["a"] = 1; session.permanent = True`.
fn ours(settings: &Json) -> Result<Json, ConfigError> {
    let clock = Clock::fixed(UnixTime::from_seconds(NOW));
    let manager =
        SessionManager::client_side(ClientSide { clock, ..config(settings)?.client_side() }).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    Ok(runtime.block_on(async {
        let session = manager.open([COOKIE.as_bytes()]).await.unwrap();
        let seen: serde_json::Map<String, Json> =
            session.keys().iter().map(|key| seen(&session, &key.to_string())).collect();
        session.insert_value("a", 1);
        session.set_permanent(true);
        json!([manager.save(&session).await.unwrap().set_cookie(), seen])
    }))
}

fn seen(session: &Session, key: &str) -> (String, Json) {
    (key.to_owned(), session.get(key).unwrap().unwrap())
}

fn config(settings: &Json) -> Result<Config, ConfigError> {
    if let Some(text) = settings["toml"].as_str() {
        return Config::from_toml(&format!("DEWAR_ALLOW_WEAK_SECRET = true\n{text}"));
    }
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    let given = settings["vars"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value)));
    Config::from_vars("FLASK", given.chain([("FLASK_DEWAR_ALLOW_WEAK_SECRET".to_owned(), "true".to_owned())]))
}

/// `None` if there is no Python to ask.
fn flask(requests: &Json) -> Option<Vec<Json>> {
    let script = include_str!("flask_settings.py");
    let mut child = Command::new(python()?)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("DEWAR_PYTHON can be run");
    child.stdin.take().unwrap().write_all(requests.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the Python of DEWAR_PYTHON failed: has it Flask 3.1?");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
