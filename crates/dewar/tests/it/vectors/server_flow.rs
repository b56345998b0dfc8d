//! `server_flow` and `mongodb_flow`: the same requests to a program with Flask-Session and to ours: what the responses say, and what
//! is stored afterwards, byte for byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use dewar::clock::{Clock, UnixTime};
use dewar::config::Config;
use dewar::random::Random;
use dewar::store::{Memory, Store};
use dewar::value::{Map, Value};
use dewar::web::SessionHeaders;
use dewar::{ServerSide, Session, SessionManager};
use serde_json::Value as Json;

use super::contents::{Contents, contents, put};
use super::given::{Given, Judged, Known, Stop};
use super::{Case, Outcome, flow, notation, ops, set_cookie_lines, settings, upstream_calls};

/// The cases' own id is shorter than any that Flask-Session gives out; this one takes its place.
const SHORT_ID: &str = "SID";
const ID: &str = "SIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDS";

/// Sessions of the same program, on ours.
pub(super) struct Program {
    config: Config,
    store: Arc<dyn Store>,
    refresh: ops::Refresh,
    /// The next id that Flask-Session would make: it makes one for each new session, stored or not.
    next_id: Arc<AtomicU8>,
}

/// What became of one request.
struct Answer {
    results: Option<Vec<Value>>,
    is_empty: bool,
    reply: Result<SessionHeaders, dewar::error::Error>,
}

pub(super) fn server_flow(case: &Case) -> Judged {
    let memory = Arc::new(Memory::new());
    let store = Arc::clone(&memory) as Arc<dyn Store>;
    let program = match Program::new(&case.given, store)? {
        Ok(program) => program,
        Err(rule) => return Ok(Outcome::Excused(rule)),
    };
    let mut theirs = preloaded(&case.given)?;
    for (key, (payload, _)) in &theirs {
        let end = case.given["steps"][0]["time"].whole()? + 60;
        put(&memory, key, payload.clone(), UnixTime::from_seconds(end))?;
    }
    let outcome = replay(case, &program, |step| {
        let now = step["time"].whole()?;
        upstream_calls::apply(&mut theirs, step, now)?;
        Ok(compare_contents(&contents(&memory, UnixTime::from_seconds(now)), &theirs))
    })?;
    Ok(outcome.and(engine_outcome(&case.given)?))
}

/// Runs the requests of a case, one after the other. The caller compares what is stored after each: it gets the step with what
/// Flask-Session answered and stored.
pub(super) fn replay(
    case: &Case,
    program: &Program,
    mut compare_stored: impl FnMut(&Json) -> Judged,
) -> Judged {
    let steps = case.given["steps"].items()?.iter();
    let mut outcome = Outcome::Passed;
    let mut has_several = false;
    for (number, (step, expected)) in steps.zip(case.expected["steps"].items()?).enumerate() {
        let (step, mut expected) = (long_id(step)?, long_id(expected)?);
        expected.as_object_mut().known()?.insert("time".to_owned(), step["time"].clone());
        has_several |= flow::has_several(&step, &program.config.cookie.name);
        let answers = compare_answers(&program.answer(&step, &expected)?, &step, &expected)?;
        let stored = compare_stored(&expected)?;
        // What Python alone cannot write, it does not write.
        let is_comparable =
            !matches!(answers, Outcome::Excused("python-only-type")) || expected["status"] == 200;
        match answers.and(if is_comparable { stored } else { Outcome::Passed }) {
            // The record is that of another session by then.
            Outcome::Failed(_) if has_several => {
                return Ok(Outcome::Excused("the-newest-cookie-counts"));
            }
            Outcome::Failed(why) => return Ok(Outcome::Failed(format!("step {number}: {why}"))),
            compared => outcome = outcome.and(compared),
        }
    }
    Ok(outcome)
}

impl Program {
    /// Without a store's setting the records are compared with those of a program with Redis. An error is the rule that explains it.
    pub(super) fn new(given: &Json, store: Arc<dyn Store>) -> Judged<Result<Self, &'static str>> {
        if given["secret_key"].is_null() {
            return Ok(Err("a-secret-is-always-required"));
        }
        let mut settings = Map::from([("DEWAR_ALLOW_WEAK_SECRET", true)]);
        settings.insert("SECRET_KEY", notation::value(&given["secret_key"]).known()?);
        let is_there = is_there(given)?;
        for (name, value) in given["config"].fields()? {
            match name.as_str() {
                "SESSION_REDIS" | "SESSION_MEMCACHED" => {}
                "SESSION_SQLALCHEMY_SCHEMA" if !value.is_null() => return Ok(Err("no-schema-in-sqlite")),
                "SESSION_TYPE" if !is_there => drop(settings.insert(name.as_str(), "redis")),
                _ => drop(settings.insert(name.as_str(), settings::value(value)?)),
            }
        }
        settings.insert("SQLALCHEMY_DATABASE_URI", "sqlite:///sessions.db");
        let config = match Config::from_map(&settings) {
            Ok(config) => config,
            Err(error) => match settings::refused_rule(given)? {
                Some(rule) => return Ok(Err(rule)),
                None => return Err(Stop::new(error)),
            },
        };
        let refresh = if flow::is_refreshed(given) { ops::Refresh::Always } else { ops::Refresh::Never };
        Ok(Ok(Self { config, store, refresh, next_id: Arc::default() }))
    }

    fn answer(&self, step: &Json, expected: &Json) -> Judged<Answer> {
        let manager = SessionManager::server_side(self.settings(step)?).known()?;
        let header = step["cookie_header"].as_str().map(str::as_bytes);
        let is_untouched = step["ops"].items()?.is_empty();
        let regenerations = regenerations(step)?;
        super::block_on(async {
            // Looking at a session is to be seen in the response.
            let is_new = manager.open(header).await.known()?.is_new();
            let next_id = |made: u8| self.next_id.fetch_add(u8::from(is_new).wrapping_add(made), Relaxed);
            if is_untouched && !manager.refreshes_each_request() {
                next_id(0);
                return Ok(Answer {
                    results: Some(Vec::new()),
                    is_empty: is_new,
                    reply: Ok(SessionHeaders::default()),
                });
            }
            let session = manager.open(header).await.known()?;
            let results = self.run(&session, step, expected)?;
            let reply = manager.save(&session).await;
            // Asked now, so that the look is not to be seen in the response.
            let is_empty = session.is_empty();
            next_id(regenerations);
            Ok(Answer { results, is_empty, reply })
        })
    }

    /// A flash of `Markup` is written as text in the cases; that Flask-Session fails on it tells which it was.
    fn run(&self, session: &Session, step: &Json, expected: &Json) -> Judged<Option<Vec<Value>>> {
        match &step["ops"][0] {
            op if op[0] == "flash" && expected["status"] == 500 => {
                let markup = Value::Markup(op[1].text()?.into());
                let flashes = Value::List(vec![Value::Tuple(vec!["message".into(), markup])]);
                session.insert_value("_flashes", flashes);
                Ok(Some(vec![Value::Null]))
            }
            _ => ops::run_all(session, &step["ops"], self.refresh, None),
        }
    }

    fn settings(&self, step: &Json) -> Judged<ServerSide> {
        let next_id = Arc::clone(&self.next_id);
        let random = Random::from_fn(move |bytes| {
            let call = next_id.load(Relaxed);
            for (byte, number) in bytes.iter_mut().zip(0_u8..) {
                *byte = call.wrapping_mul(7).wrapping_add(number.wrapping_mul(13)).wrapping_add(5);
            }
            Ok(())
        });
        let clock = Clock::fixed(UnixTime::from_seconds(step["time"].whole()?));
        let server_side = self.config.server_side(Arc::clone(&self.store)).known()?;
        Ok(ServerSide { clock, random, ..server_side })
    }
}

fn regenerations(step: &Json) -> Judged<u8> {
    step["ops"].items()?.iter().filter(|op| op[0] == "regenerate").count().try_into().known()
}

/// Engines of a later release: their records are compared, their own commands are not.
fn is_there(given: &Json) -> Judged<bool> {
    Ok(!["memcached"].contains(&given["config"]["SESSION_TYPE"].text()?))
}

fn engine_outcome(given: &Json) -> Judged {
    Ok(if is_there(given)? { Outcome::Passed } else { Outcome::Excused("store-not-yet") })
}

fn long_id(step: &Json) -> Judged<Json> {
    let text = step.to_string().replace(&format!("={SHORT_ID}\""), &format!("={ID}\""));
    serde_json::from_str(&text.replace(&format!(":{SHORT_ID}\""), &format!(":{ID}\""))).known()
}

fn preloaded(given: &Json) -> Judged<Contents> {
    let entries = given["preload"].as_object().into_iter().flatten();
    let entries = entries.map(|(key, payload)| {
        let key = key.replace(SHORT_ID, ID);
        Ok((key, (notation::hex(payload.text()?).known()?, None)))
    });
    entries.collect()
}

/// Results, status, `Vary` and `Set-Cookie`.
fn compare_answers(ours: &Answer, step: &Json, theirs: &Json) -> Judged {
    let Some(expected) = theirs["op_results"].as_array() else {
        let is_fresh = ours.results.iter().flatten().all(|result| *result == Value::Null);
        let is_fresh = is_fresh && ours.reply.as_ref().is_ok_and(|reply| reply.set_cookie().is_none());
        return Ok(
            super::compare(is_fresh, true, None).and(Outcome::Excused("a-broken-record-is-a-fresh-session"))
        );
    };
    let results = compare_results(ours.results.as_deref(), expected);
    Ok(match &ours.reply {
        Ok(_) if theirs["status"] == 500 => results.and(Outcome::Excused("python-only-type")),
        Ok(reply) => results.and(compare_headers(reply, removes_for_nothing(ours, step)?, step, theirs)?),
        Err(_) if theirs["status"] == 500 => results,
        Err(error) => Outcome::Failed(error.to_string()),
    })
}

/// Whether a new id was asked for of a session that has no data.
fn removes_for_nothing(ours: &Answer, step: &Json) -> Judged<bool> {
    Ok(regenerations(step)? > 0 && ours.is_empty)
}

fn compare_results(ours: Option<&[Value]>, theirs: &[Json]) -> Outcome {
    let Some(expected) = theirs.iter().map(notation::value).collect::<Option<Vec<Value>>>() else {
        return Outcome::Excused("python-only-type");
    };
    super::compare(format!("{:?}", ours.unwrap_or_default()), format!("{expected:?}"), None)
}

fn compare_headers(reply: &SessionHeaders, removes_for_nothing: bool, step: &Json, theirs: &Json) -> Judged {
    let vary = super::compare(reply.vary([]).map(String::from), flow::header(theirs, "Vary")?, None);
    let line = flow::header(theirs, "Set-Cookie")?;
    let is_removal = reply.set_cookie().is_some_and(|line| line.contains("Max-Age=0"));
    if removes_for_nothing && is_removal && line.is_none() {
        return Ok(vary.and(Outcome::Excused("a-new-id-for-nothing-removes-the-cookie")));
    }
    let is_append = step["ops"].items()?.iter().any(|op| op[0] == "append");
    if is_append && reply.set_cookie().is_some() && line.is_none() {
        return Ok(vary.and(Outcome::Excused("every-change-sets-the-cookie")));
    }
    Ok(vary.and(set_cookie_lines::compare(reply.set_cookie(), line.as_deref())))
}

/// What has no end in the cases was put there for them, and to Flask-Session is as good as nothing.
fn compare_contents(ours: &Contents, theirs: &Contents) -> Outcome {
    let mut ours = ours.clone();
    for (key, (_, end)) in theirs {
        if let (Some((_, ours)), None) = (ours.get_mut(key), end) {
            *ours = None;
        }
    }
    super::compare(&ours, theirs, None)
}
