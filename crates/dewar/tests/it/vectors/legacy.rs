//! `legacy_flask`: every cookie that any Flask since 0.10 sets opens, with what was in it; and the newest Flask's are ours, header
//! for header.

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::codec::PythonJson;
use dewar::config::Config;
use dewar::settings::{CookieFormat, FlaskOptions};
use dewar::signing::{
    SecretKeys, SerializerOptions, SignerOptions, TimestampOptions, TimestampSigner, UrlSafeTimedSerializer,
};
use dewar::value::{DateTime, Map, Value};
use dewar::{ClientSide, SessionManager};
use serde_json::{Value as Json, json};

use super::given::{Given, Judged, Known, Stop, ensure};
use super::{Case, Outcome, flow, signing};

/// The Flask whose headers are ours.
const FLASK: &str = "3.1.3";

pub(super) fn legacy_flask(case: &Case) -> Judged {
    if let Some(token) = case.expected["token"].as_str() {
        return itsdangerous(case, token);
    }
    let line = flow::header(&case.expected, "Set-Cookie")?;
    let opened = line.as_deref().map_or(Ok(Outcome::Passed), |line| open(case, line))?;
    Ok(match opened {
        Outcome::Passed if case.given["flask"] == FLASK => write(case)?,
        outcome => outcome,
    })
}

/// A removed cookie is a session with nothing in it.
fn open(case: &Case, line: &str) -> Judged {
    let token = line.split(';').next().known()?.strip_prefix("session=").known()?;
    let expected = if token.is_empty() { Map::new() } else { data(what(case)?)? };
    let is_legacy = is_legacy(case)?;
    if is_legacy && !token.is_empty() {
        ensure(opened(case, token, false)?.is_empty(), "it has expired by its own timestamp")?;
    }
    let rule = signing::token_rule(token.as_bytes());
    Ok(super::compare(format!("{:?}", opened(case, token, is_legacy)?), format!("{expected:?}"), rule))
}

/// itsdangerous counted from 2011 before 1.0.
fn is_legacy(case: &Case) -> Judged<bool> {
    Ok(case.given["itsdangerous"].text()?.starts_with("0."))
}

fn what(case: &Case) -> Judged<&str> {
    case.given["what"].text()
}

fn opened(case: &Case, token: &str, legacy_epoch: bool) -> Judged<Map> {
    let timestamps = TimestampOptions { legacy_epoch, ..TimestampOptions::default() };
    let signing = SerializerOptions { timestamps, ..SerializerOptions::flask() };
    let settings = ClientSide {
        format: CookieFormat::Flask(FlaskOptions { signing, ..FlaskOptions::default() }),
        clock: Clock::fixed(now(case)?),
        ..ClientSide::flask(keys(case)?)
    };
    let manager = SessionManager::client_side(settings).known()?;
    let header = format!("session={token}");
    super::block_on(async { Ok(manager.open([header.as_bytes()]).await.known()?.read(Map::clone)) })
}

fn now(case: &Case) -> Judged<UnixTime> {
    Ok(UnixTime::from_seconds(case.given["now"].whole()?))
}

/// Flask 3.1.0 signed with the last of the fallbacks.
fn keys(case: &Case) -> Judged<SecretKeys> {
    let mut keys = SecretKeys::accepting_weak(case.given["secret_key"].text()?).known()?;
    for older in fallbacks(what(case)?).into_iter().rev() {
        keys = keys.with_fallback(older).known()?;
    }
    Ok(keys)
}

/// `fallbacks:[old-1,old-2] current=…`.
fn fallbacks(what: &str) -> Vec<&str> {
    let list = what.strip_prefix("fallbacks:[").and_then(|rest| rest.split(']').next());
    list.map_or_else(Vec::new, |list| list.split(',').collect())
}

/// What the program of a case had put into its session.
fn data(what: &str) -> Judged<Map> {
    let what = what.split(" then ").next().known()?;
    Ok(match what {
        "set:simple" => Map::from([("a", 1)]),
        "set:sorted_unicode" => {
            let items = vec![1.into(), 2.5.into(), Value::Null, true.into()];
            Map::from([("Z", Value::List(items)), ("a", "\u{1f600}".into()), ("b", "é".into())])
        }
        "set:types" => types()?,
        "set:compressed" => Map::from([("k", "a".repeat(300))]),
        "set:html" => Map::from([("s", "</script>&'\u{2028}")]),
        "set:tagclash" => Map::from([("x", Map::from([(" t", "not-a-tuple")]))]),
        _ if what.ends_with(":/perm") => Map::from([("_permanent", true.into()), ("a", Value::Int(1))]),
        _ if ["default:/set", "opts:/set", "domain:", "fallbacks:"]
            .iter()
            .any(|known| what.starts_with(known)) =>
        {
            Map::from([("a", 1)])
        }
        _ => return Err(Stop::new(format!("a program that this test does not know: {what}"))),
    })
}

fn types() -> Judged<Map> {
    Ok(Map::from([
        ("b", Value::Bytes(vec![0xff, 0x00])),
        ("d", Value::DateTime(DateTime::from_iso("2024-01-02T03:04:05+00:00").known()?)),
        ("m", Value::Markup("<b>".into())),
        ("t", Value::Tuple(vec![1.into(), 2.into()])),
        ("u", Value::Uuid(0x1234_5678_1234_5678_1234_5678_1234_5678_u128.to_be_bytes())),
    ]))
}

/// The case's program on ours: each request of it, the last one's headers beside Flask's.
fn write(case: &Case) -> Judged {
    let (settings, views) = what(case)?.split_once(':').known()?;
    let config = Config::from_map(&config(case, settings, views)?).known()?;
    let mut cookie = Json::Null;
    let mut last = None;
    for view in views.split(" then ") {
        let step = json!({ "time": case.given["now"], "cookie_header": cookie });
        let program = what(case)?;
        let (visited, reply) = flow::serve(&config, &step, |session| visit(session, view, program))?;
        visited?;
        let reply = reply.known()?;
        if let Some(line) = reply.set_cookie() {
            cookie = line.split(';').next().known()?.into();
        }
        last = Some((reply.vary([]).map(String::from), reply.set_cookie().map(str::to_owned)));
    }
    let theirs = (flow::header(&case.expected, "Vary")?, flow::header(&case.expected, "Set-Cookie")?);
    let (vary, line) = last.known()?;
    if what(case)? == "set:compressed" || what(case)? == "set:types" {
        // The bytes of a compressed cookie are the deflate's own; that it opens is tested above.
        return Ok(super::compare(vary, theirs.0, None));
    }
    Ok(super::compare((vary, line), theirs, None))
}

fn config(case: &Case, settings: &str, views: &str) -> Judged<Map> {
    let mut config = Map::from([("DEWAR_ALLOW_WEAK_SECRET", true)]);
    config.insert("SECRET_KEY", case.given["secret_key"].text()?);
    config.insert(
        "SECRET_KEY_FALLBACKS",
        fallbacks(what(case)?).into_iter().map(Value::from).collect::<Vec<_>>(),
    );
    if settings == "opts" {
        config.insert("SESSION_COOKIE_SECURE", true);
        config.insert("SESSION_COOKIE_SAMESITE", "Lax");
        config.insert("SESSION_COOKIE_PATH", "/x y");
        config.insert("SESSION_REFRESH_EACH_REQUEST", false);
    }
    match (settings, views) {
        ("domain", "explicit_dot") => config.insert("SESSION_COOKIE_DOMAIN", ".example.com"),
        ("domain", "explicit_false") => config.insert("SESSION_COOKIE_DOMAIN", false),
        _ => None,
    };
    Ok(config)
}

fn visit(session: &dewar::Session, view: &str, what: &str) -> Judged<()> {
    match view {
        "/noop" => {}
        "/get" => drop(session.get_value("a")),
        "/in" => drop(session.contains("a")),
        "/len" => drop(session.len()),
        "/clear" => session.clear(),
        _ => {
            for (key, item) in data(what)? {
                session.insert_value(key, item);
            }
        }
    }
    Ok(())
}

/// Tokens that were made without Flask, by a serializer for Flask's session and by a signer with defaults.
fn itsdangerous(case: &Case, token: &str) -> Judged {
    let timestamps = TimestampOptions { legacy_epoch: is_legacy(case)?, ..TimestampOptions::default() };
    let token = token.as_bytes();
    let is_read = if what(case)?.contains("URLSafeTimedSerializer") {
        let options = SerializerOptions { timestamps, ..SerializerOptions::flask() };
        let serializer = UrlSafeTimedSerializer::new(&keys(case)?, PythonJson::compact(), options).known()?;
        let expected = Value::Map(Map::from([("a", Value::Int(1)), ("é", "ü".into())]));
        serializer.loads(token, now(case)?, Some(Duration::ZERO)).is_ok_and(|value| value == expected)
    } else {
        let signer = TimestampSigner::new(&keys(case)?, SignerOptions::default(), timestamps).known()?;
        signer.unsign(token, now(case)?, Some(Duration::ZERO)).is_ok_and(|signed| signed.value == b"v")
    };
    Ok(super::compare(is_read, true, None))
}
