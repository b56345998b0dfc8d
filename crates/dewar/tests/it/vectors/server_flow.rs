//! `server_flow` and `mongodb_flow`: the same requests to a program with Flask-Session and to ours: what the responses say, and what
//! is kept afterwards, octet for octet.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use dewar::clock::{Clock, UnixTime};
use dewar::random::Random;
use dewar::store::Store;
use dewar::value::{Map, Value};
use dewar::{Config, Reply, ServerSide, Session, SessionManager};
use serde_json::Value as Json;

use super::shelf::{Contents, Shelf};
use super::{Case, Outcome, flow, notation, ops, set_cookie_lines, settings, upstream_calls};

/// The cases' own id is shorter than any that Flask-Session gives out; this one takes its place.
const SHORT_ID: &str = "SID";
const ID: &str = "SIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSIDS";

/// Sessions of the same program, on ours.
pub(super) struct Program {
    config: Config,
    store: Arc<dyn Store>,
    /// The next id that Flask-Session would make: it makes one for each new session, kept or not.
    next_id: Arc<AtomicU8>,
}

/// What became of one request.
struct Answer {
    results: Option<Vec<Value>>,
    reply: Result<Reply, dewar::Error>,
}

pub(super) fn server_flow(case: &Case) -> Outcome {
    let shelf = Arc::new(Shelf::default());
    let store = Arc::clone(&shelf) as Arc<dyn Store>;
    let program = match Program::new(&case.given, store) {
        Ok(program) => program,
        Err(rule) => return Outcome::Excused(rule),
    };
    let mut theirs = preloaded(&case.given);
    for (key, (payload, _)) in &theirs {
        let end = case.given["steps"][0]["time"].as_i64().unwrap() + 60;
        shelf.put(key, payload.clone(), UnixTime::from_seconds(end));
    }
    let outcome = replay(case, &program, |step| {
        let now = step["time"].as_i64().unwrap();
        upstream_calls::apply(&mut theirs, step, now);
        compare_contents(&shelf.contents(UnixTime::from_seconds(now)), &theirs)
    });
    outcome.and(engine_outcome(&case.given))
}

/// All of a case's requests, one after the other. What is kept after each is compared by whoever knows the store; it is shown the
/// step, what Flask-Session answered and kept in it.
pub(super) fn replay(
    case: &Case,
    program: &Program,
    mut compare_kept: impl FnMut(&Json) -> Outcome,
) -> Outcome {
    let steps = case.given["steps"].as_array().unwrap().iter();
    let mut outcome = Outcome::Passed;
    for (number, (step, expected)) in steps.zip(case.expected["steps"].as_array().unwrap()).enumerate() {
        let (step, mut expected) = (long_id(step), long_id(expected));
        expected["time"] = step["time"].clone();
        let answers = compare_answers(&program.answer(&step, &expected), &expected);
        let kept = compare_kept(&expected);
        // What Python alone cannot write, it does not write.
        let is_comparable =
            !matches!(answers, Outcome::Excused("python-only-type")) || expected["status"] == 200;
        match answers.and(if is_comparable { kept } else { Outcome::Passed }) {
            Outcome::Failed(why) => return Outcome::Failed(format!("step {number}: {why}")),
            compared => outcome = outcome.and(compared),
        }
    }
    outcome
}

impl Program {
    /// Without a store's setting the records are compared with those of a program with Redis. An error is the rule that explains it.
    pub(super) fn new(given: &Json, store: Arc<dyn Store>) -> Result<Self, &'static str> {
        if given["secret_key"].is_null() {
            return Err("a-secret-is-always-required");
        }
        let mut settings = Map::from([("DEWAR_ALLOW_WEAK_SECRET", true)]);
        settings.insert("SECRET_KEY", notation::value(&given["secret_key"]).unwrap());
        for (name, value) in given["config"].as_object().unwrap() {
            match name.as_str() {
                "SESSION_REDIS" | "SESSION_MEMCACHED" => {}
                "SESSION_TYPE" if !is_there(given) => drop(settings.insert(name.as_str(), "redis")),
                _ => drop(settings.insert(name.as_str(), settings::value(value))),
            }
        }
        settings.insert("SQLALCHEMY_DATABASE_URI", "sqlite:///sessions.db");
        let config = Config::from_map(&settings).unwrap_or_else(|error| panic!("{error}"));
        Ok(Self { config, store, next_id: Arc::default() })
    }

    fn answer(&self, step: &Json, expected: &Json) -> Answer {
        let manager = SessionManager::server_side(self.settings(step)).unwrap();
        let header = step["cookie_header"].as_str().map(str::as_bytes);
        let is_untouched = step["ops"].as_array().unwrap().is_empty();
        super::block_on(async {
            // Looking at a session is to be seen in the response.
            let is_new = manager.open(header).await.unwrap().is_new();
            if is_untouched && !manager.opens_untouched() {
                self.next_id.fetch_add(u8::from(is_new), Relaxed);
                return Answer { results: Some(Vec::new()), reply: Ok(Reply::default()) };
            }
            let session = manager.open(header).await.unwrap();
            let results = run(&session, step, expected);
            let reply = manager.save(&session).await;
            self.next_id.fetch_add(u8::from(is_new) + regenerations(step), Relaxed);
            Answer { results, reply }
        })
    }

    fn settings(&self, step: &Json) -> ServerSide {
        let next_id = Arc::clone(&self.next_id);
        let random = Random::from_fn(move |bytes| {
            let call = next_id.load(Relaxed);
            for (byte, number) in bytes.iter_mut().zip(0_u8..) {
                *byte = call.wrapping_mul(7).wrapping_add(number.wrapping_mul(13)).wrapping_add(5);
            }
            Ok(())
        });
        let clock = Clock::fixed(UnixTime::from_seconds(step["time"].as_i64().unwrap()));
        ServerSide { clock, random, ..self.config.server_side(Arc::clone(&self.store)).unwrap() }
    }
}

/// A flash of `Markup` is written as text in the cases; that Flask-Session fails on it tells which it was.
fn run(session: &Session, step: &Json, expected: &Json) -> Option<Vec<Value>> {
    match &step["ops"][0] {
        op if op[0] == "flash" && expected["status"] == 500 => {
            let markup = Value::Markup(op[1].as_str().unwrap().into());
            session.insert_value("_flashes", Value::List(vec![Value::Tuple(vec!["message".into(), markup])]));
            Some(vec![Value::Null])
        }
        _ => ops::run_all(session, &step["ops"], None),
    }
}

fn regenerations(step: &Json) -> u8 {
    step["ops"].as_array().unwrap().iter().filter(|op| op[0] == "regenerate").count().try_into().unwrap()
}

/// Engines of a later release: their records are compared, their own commands are not.
fn is_there(given: &Json) -> bool {
    !["memcached", "mongodb"].contains(&given["config"]["SESSION_TYPE"].as_str().unwrap())
}

fn engine_outcome(given: &Json) -> Outcome {
    if is_there(given) { Outcome::Passed } else { Outcome::Excused("store-not-yet") }
}

fn long_id(step: &Json) -> Json {
    let text = step.to_string().replace(&format!("={SHORT_ID}\""), &format!("={ID}\""));
    serde_json::from_str(&text.replace(&format!(":{SHORT_ID}\""), &format!(":{ID}\""))).unwrap()
}

fn preloaded(given: &Json) -> Contents {
    let entries = given["preload"].as_object().into_iter().flatten();
    entries
        .map(|(key, payload)| {
            let key = key.replace(SHORT_ID, ID);
            (key, (notation::hex(payload.as_str().unwrap()).unwrap(), None))
        })
        .collect()
}

/// Results, status, `Vary` and `Set-Cookie`.
fn compare_answers(ours: &Answer, theirs: &Json) -> Outcome {
    let Some(expected) = theirs["op_results"].as_array() else {
        let is_fresh = ours.results.iter().flatten().all(|result| *result == Value::Null);
        let is_fresh = is_fresh && ours.reply.as_ref().is_ok_and(|reply| reply.set_cookie().is_none());
        return super::compare(is_fresh, true, None)
            .and(Outcome::Excused("a-broken-record-is-a-fresh-session"));
    };
    let results = compare_results(ours.results.as_deref(), expected);
    match &ours.reply {
        Ok(_) if theirs["status"] == 500 => results.and(Outcome::Excused("python-only-type")),
        Ok(reply) => results.and(compare_headers(reply, theirs)),
        Err(_) if theirs["status"] == 500 => results,
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

fn compare_results(ours: Option<&[Value]>, theirs: &[Json]) -> Outcome {
    let Some(expected) = theirs.iter().map(notation::value).collect::<Option<Vec<Value>>>() else {
        return Outcome::Excused("python-only-type");
    };
    super::compare(format!("{:?}", ours.unwrap_or_default()), format!("{expected:?}"), None)
}

fn compare_headers(reply: &Reply, theirs: &Json) -> Outcome {
    let vary = super::compare(reply.vary([]).map(String::from), flow::header(theirs, "Vary"), None);
    let line = flow::header(theirs, "Set-Cookie");
    vary.and(set_cookie_lines::compare(reply.set_cookie(), line.as_deref()))
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
