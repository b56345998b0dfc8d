//! `client_flow` and `set_cookie_config`: what a Flask program's settings and a few requests come to.

use dewar::clock::{Clock, UnixTime};
use dewar::codec::TaggedJson;
use dewar::config::Config;
use dewar::error::Error;
use dewar::signing::{FlaskSerializer, Limits, SerializerOptions};
use dewar::value::{Map, Value};
use dewar::web::SessionHeaders;
use dewar::{ClientSide, Session, SessionManager};
use serde_json::Value as Json;

use super::given::{Given, Judged, Known};
use super::ops::Refresh;
use super::{Case, Outcome, notation, ops, settings};

/// What a browser keeps of a cookie's name and value (RFC 6265bis §5.7).
const MAX_COOKIE: usize = 4096;

/// Both kinds: they differ in what they look for, not in what they say.
pub(super) fn client_flow(case: &Case) -> Judged {
    let Ok(config) = Config::from_map(&settings_of(&case.given)?) else {
        return Ok(settings::refused_rule(&case.given)?
            .map_or(Outcome::Failed("the settings are refused".into()), Outcome::Excused));
    };
    let steps = case.given["steps"].items()?.iter();
    let refresh = if is_refreshed(&case.given) { Refresh::IfPermanent } else { Refresh::Never };
    let mut outcome = Outcome::Passed;
    for (number, (step, theirs)) in steps.zip(case.expected["steps"].items()?).enumerate() {
        match play(&config, refresh, step, theirs)? {
            Outcome::Passed => {}
            Outcome::Failed(_) if has_several(step, &config.cookie.name) => {
                outcome = Outcome::Excused("the-newest-cookie-counts");
            }
            Outcome::Failed(why) => return Ok(Outcome::Failed(format!("step {number}: {why}"))),
            excused => outcome = excused,
        }
    }
    Ok(outcome)
}

/// Whether a session is written on each request.
pub(super) fn is_refreshed(given: &Json) -> bool {
    given["config"]["SESSION_REFRESH_EACH_REQUEST"] != false
}

/// Whether a request brings several cookies of the session's name.
pub(super) fn has_several(step: &Json, name: &str) -> bool {
    let header = step["cookie_header"].as_str().unwrap_or_default();
    let names = header.split(';').filter_map(|pair| pair.split_once('='));
    names.filter(|(known, _)| known.trim() == name).count() > 1
}

/// The secrets of the cases are weak, all of them.
fn settings_of(given: &Json) -> Judged<Map> {
    let mut settings = Map::from([("DEWAR_ALLOW_WEAK_SECRET", true)]);
    settings.insert("SECRET_KEY", notation::value(&given["secret_key"]).known()?);
    for (name, value) in given["config"].fields()? {
        settings.insert(name.as_str(), settings::value(value)?);
    }
    Ok(settings)
}

/// One request, on ours; and what Flask answered.
fn play(config: &Config, refresh: Refresh, step: &Json, theirs: &Json) -> Judged {
    let line = header(theirs, "Set-Cookie")?;
    let written = match &line {
        Some(line) => read(config, line)?,
        None => None,
    };
    let handle = |session: &Session| ops::run_all(session, &step["ops"], refresh, written.as_ref());
    let (results, saved) = serve(config, step, handle)?;
    let results = results?;
    if let Some(difference) = differing_results(results.as_deref(), theirs)? {
        return Ok(Outcome::Failed(difference));
    }
    let reply = match saved {
        Ok(reply) => reply,
        Err(_) if line.as_deref().is_some_and(is_too_large) => {
            return Ok(Outcome::Excused("too-large-is-an-error"));
        }
        Err(_) if theirs["status"] == 500 && line.is_none() => return Ok(Outcome::Passed),
        Err(error) => return Ok(Outcome::Failed(error.to_string())),
    };
    let vary = header(theirs, "Vary")?;
    let (our_line, our_vary) = (reply.set_cookie(), reply.vary([]).map(String::from));
    if our_vary != vary || (results.is_none()) != (theirs["status"] == 500) {
        let status = &theirs["status"];
        return Ok(Outcome::Failed(format!("Vary: ours {our_vary:?}, Flask {vary:?}, status {status}")));
    }
    if our_line == line.as_deref() || is_same_but_for_compression(config, our_line, line.as_deref())? {
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Failed(format!("Set-Cookie: ours {our_line:?}, Flask {line:?}")))
}

/// What the operations gave (`None` if one raised), and what the response says.
pub(super) fn serve<T>(
    config: &Config,
    step: &Json,
    handle: impl FnOnce(&Session) -> T,
) -> Judged<(T, Result<SessionHeaders, Error>)> {
    let clock = Clock::fixed(UnixTime::from_seconds(step["time"].whole()?));
    let manager =
        SessionManager::client_side(ClientSide { clock, ..config.clone().client_side() }).known()?;
    let cookie: Option<Vec<u8>> =
        step["cookie_header"].as_str().map(|header| header.chars().map(|c| c as u8).collect());
    super::block_on(async {
        let session = manager.open(cookie.as_deref()).await.known()?;
        let results = handle(&session);
        Ok((results, manager.save(&session).await))
    })
}

fn differing_results(ours: Option<&[Value]>, theirs: &Json) -> Judged<Option<String>> {
    let (Some(ours), Some(theirs)) = (ours, theirs["op_results"].as_array()) else { return Ok(None) };
    let theirs: Vec<Value> =
        theirs.iter().map(|json| notation::value(json).known()).collect::<Judged<_>>()?;
    let (ours, theirs) = (format!("{ours:?}"), format!("{theirs:?}"));
    Ok((ours != theirs).then(|| format!("results: ours {ours}, Flask {theirs}")))
}

pub(super) fn header(step: &Json, name: &str) -> Judged<Option<String>> {
    let found = step["headers"].items()?.iter().find(|header| header[0] == name);
    found.map(|header| header[1].text().map(str::to_owned)).transpose()
}

fn is_too_large(line: &str) -> bool {
    line.split(';').next().is_some_and(|pair| pair.len() > MAX_COOKIE + 1)
}

fn is_same_but_for_compression(config: &Config, ours: Option<&str>, theirs: Option<&str>) -> Judged<bool> {
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return Ok(false) };
    let attributes = |line: &str| line.split_once(';').map(|(_, attributes)| attributes.to_owned());
    let is_compressed = |line: &str| line.contains("=.");
    if !(is_compressed(ours) || is_compressed(theirs)) || attributes(ours) != attributes(theirs) {
        return Ok(false);
    }
    let (ours, theirs) = (read(config, ours)?, read(config, theirs)?);
    Ok(ours.is_some() && format!("{ours:?}") == format!("{theirs:?}"))
}

/// What a `Set-Cookie` line holds; `None` if it removes the cookie.
fn read(config: &Config, line: &str) -> Judged<Option<Map>> {
    let Some((_, token)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
        return Ok(None);
    };
    let options = SerializerOptions { limits: Limits::default(), ..SerializerOptions::flask() };
    let serializer = FlaskSerializer::new(&config.keys, TaggedJson::default(), options).known()?;
    Ok(serializer.load_map(token.as_bytes(), UnixTime::EPOCH, None).ok().map(|loaded| loaded.data))
}
