//! `client_flow` and `set_cookie_config`: what a Flask program's settings and a few requests come to.

use dewar::clock::{Clock, UnixTime};
use dewar::codec::TaggedJson;
use dewar::signing::{FlaskSerializer, Limits, SerializerOptions};
use dewar::value::{Map, Value};
use dewar::{ClientSide, Config, Error, Reply, Session, SessionManager};
use serde_json::Value as Json;

use super::{Case, Outcome, notation, ops, settings};

/// What a browser keeps of a cookie's name and value (RFC 6265bis §5.7).
const MAX_COOKIE: usize = 4096;

/// Both kinds: they differ in what they look for, not in what they say.
pub(super) fn client_flow(case: &Case) -> Outcome {
    let Ok(config) = Config::from_map(&settings_of(&case.given)) else {
        return settings::refused_rule(&case.given)
            .map_or(Outcome::Failed("the settings are refused".into()), Outcome::Excused);
    };
    let steps = case.given["steps"].as_array().unwrap().iter();
    let mut outcome = Outcome::Passed;
    for (number, (step, theirs)) in steps.zip(case.expected["steps"].as_array().unwrap()).enumerate() {
        match play(&config, step, theirs) {
            Outcome::Passed => {}
            Outcome::Failed(why) => return Outcome::Failed(format!("step {number}: {why}")),
            excused => outcome = excused,
        }
    }
    outcome
}

/// The secrets of the cases are weak, all of them.
fn settings_of(given: &Json) -> Map {
    let mut settings = Map::from([("DEWAR_ALLOW_WEAK_SECRET", true)]);
    settings.insert("SECRET_KEY", notation::value(&given["secret_key"]).unwrap());
    for (name, value) in given["config"].as_object().unwrap() {
        settings.insert(name.as_str(), settings::value(value));
    }
    settings
}

/// One request, on ours; and what Flask answered.
fn play(config: &Config, step: &Json, theirs: &Json) -> Outcome {
    let line = header(theirs, "Set-Cookie");
    let written = line.as_deref().and_then(|line| read(config, line));
    let (results, saved) =
        serve(config, step, |session| ops::run_all(session, &step["ops"], written.as_ref()));
    if let Some(difference) = differing_results(results.as_deref(), theirs) {
        return Outcome::Failed(difference);
    }
    let reply = match saved {
        Ok(reply) => reply,
        Err(_) if line.as_deref().is_some_and(is_too_large) => {
            return Outcome::Excused("too-large-is-an-error");
        }
        Err(_) if theirs["status"] == 500 && line.is_none() => return Outcome::Passed,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    let vary = header(theirs, "Vary");
    let (our_line, our_vary) = (reply.set_cookie(), reply.vary([]).map(String::from));
    if our_vary != vary || (results.is_none()) != (theirs["status"] == 500) {
        return Outcome::Failed(format!(
            "Vary: ours {our_vary:?}, Flask {vary:?}, status {}",
            theirs["status"]
        ));
    }
    if our_line == line.as_deref() || is_same_but_for_compression(config, our_line, line.as_deref()) {
        return Outcome::Passed;
    }
    Outcome::Failed(format!("Set-Cookie: ours {our_line:?}, Flask {line:?}"))
}

/// What the operations gave (`None` if one raised), and what the response says.
pub(super) fn serve<T>(
    config: &Config,
    step: &Json,
    handle: impl FnOnce(&Session) -> T,
) -> (T, Result<Reply, Error>) {
    let clock = Clock::fixed(UnixTime::from_seconds(step["time"].as_i64().unwrap()));
    let manager = SessionManager::client_side(ClientSide { clock, ..config.clone().client_side() }).unwrap();
    let cookie: Option<Vec<u8>> =
        step["cookie_header"].as_str().map(|header| header.chars().map(|c| c as u8).collect());
    super::block_on(async {
        let session = manager.open(cookie.as_deref()).await.unwrap();
        let results = handle(&session);
        (results, manager.save(&session).await)
    })
}

fn differing_results(ours: Option<&[Value]>, theirs: &Json) -> Option<String> {
    let (ours, theirs) = (ours?, theirs["op_results"].as_array()?);
    let theirs: Vec<Value> = theirs.iter().map(|json| notation::value(json).unwrap()).collect();
    let (ours, theirs) = (format!("{ours:?}"), format!("{theirs:?}"));
    (ours != theirs).then(|| format!("results: ours {ours}, Flask {theirs}"))
}

pub(super) fn header(step: &Json, name: &str) -> Option<String> {
    let mut headers = step["headers"].as_array().unwrap().iter();
    let found = headers.find(|header| header[0] == name)?;
    Some(found[1].as_str().unwrap().to_owned())
}

fn is_too_large(line: &str) -> bool {
    line.split(';').next().unwrap().len() - 1 > MAX_COOKIE
}

fn is_same_but_for_compression(config: &Config, ours: Option<&str>, theirs: Option<&str>) -> bool {
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return false };
    let attributes = |line: &str| line.split_once(';').map(|(_, attributes)| attributes.to_owned());
    let is_compressed = |line: &str| line.contains("=.");
    let shown = |line: &str| format!("{:?}", read(config, line).unwrap());
    (is_compressed(ours) || is_compressed(theirs))
        && attributes(ours) == attributes(theirs)
        && shown(ours) == shown(theirs)
}

/// What a `Set-Cookie` line holds; `None` if it removes the cookie.
fn read(config: &Config, line: &str) -> Option<Map> {
    let (_, token) = line.split(';').next()?.split_once('=')?;
    let options = SerializerOptions { limits: Limits::default(), ..SerializerOptions::flask() };
    let serializer = FlaskSerializer::new(&config.keys, TaggedJson::default(), options).unwrap();
    Some(serializer.load_map(token.as_bytes(), UnixTime::EPOCH, None).ok()?.data)
}
