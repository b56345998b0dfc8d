//! Golden cases made by the real Flask, itsdangerous, Werkzeug and msgspec.
//!
//! Reads every JSON file of the folder named by `DEWAR_VECTORS` (default: `testdata/vectors`), runs every kind it knows, prints a
//! line a kind, and fails on any difference that no named rule explains. The rules are those of COMPATIBILITY.md.

mod cachelib;
mod codec;
mod contents;
mod cookie;
mod damage;
mod flow;
mod given;
mod legacy;
mod legacy_sessions;
mod notation;
mod open_session;
mod ops;
mod pickle;
mod server_flow;
mod session_ids;
mod session_types;
mod set_cookie_lines;
mod settings;
mod signing;
mod sqlalchemy;
mod upstream_calls;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use self::given::{Given, Judged, Known};

/// One golden case.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// What upstream was given.
    pub(crate) given: Json,
    /// What upstream answered.
    pub(crate) expected: Json,
}

/// What became of a case.
pub(crate) enum Outcome {
    Passed,
    /// We differ, and this rule of COMPATIBILITY.md says why.
    Excused(&'static str),
    Failed(String),
}

impl Outcome {
    /// Of both, what weighs more: a failure, then an excuse.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Failed(why), _) | (_, Self::Failed(why)) => Self::Failed(why),
            (Self::Excused(rule), _) | (_, Self::Excused(rule)) => Self::Excused(rule),
            (Self::Passed, Self::Passed) => Self::Passed,
        }
    }
}

/// Passed if the two are equal; else the rule, if there is one that recognises the case.
pub(crate) fn compare<T: PartialEq + std::fmt::Debug>(
    ours: T,
    theirs: T,
    rule: Option<&'static str>,
) -> Outcome {
    match rule {
        _ if ours == theirs => Outcome::Passed,
        Some(rule) => Outcome::Excused(rule),
        None => Outcome::Failed(format!("ours {ours:?}, upstream {theirs:?}")),
    }
}

/// Sessions in cookies wait for nothing; their interface is that of those which will.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Where each rule has its reason.
const RULES: &str = include_str!("../../../../../COMPATIBILITY.md");

type Runner = fn(&Case) -> Judged;

/// Who runs a kind; `None` for a kind that this release does not know.
fn runner(kind: &str) -> Option<Runner> {
    Some(match kind {
        "dump_cookie" => cookie::dump_cookie,
        "parse_cookie" => cookie::parse_cookie,
        "request_cookies" => cookie::request_cookies,
        "vary_add" => cookie::vary_add,
        "signer" => signing::signer,
        "signer_ctor" => signing::signer_ctor,
        "unsign" => signing::unsign,
        "timestamp_signer" => signing::timestamp_signer,
        "timestamp_unsign" => signing::timestamp_unsign,
        "serializer" => signing::serializer,
        "client_dump" => signing::client_dump,
        "client_load" => open_session::client_load,
        "client_flow" | "set_cookie_config" => flow::client_flow,
        "legacy_flask" => legacy::legacy_flask,
        "sid" => session_ids::sid,
        "signed_sid" => session_ids::signed_sid,
        "server_flow" | "mongodb_flow" => server_flow::server_flow,
        "cachelib_file_format" => cachelib::cachelib_file_format,
        "cachelib_filename" => cachelib::cachelib_filename,
        "filesystem_flow" => cachelib::filesystem_flow,
        "sqlalchemy_ddl" => sqlalchemy::sqlalchemy_ddl,
        "sqlalchemy_flow" => sqlalchemy::sqlalchemy_flow,
        "fs_bad_type" => session_types::fs_bad_type,
        "legacy_flask_session" => legacy_sessions::legacy_flask_session,
        "msgspec_value" => codec::msgspec_value,
        "pickle" => pickle::pickle,
        "tagged_json_dumps" => codec::tagged_json_dumps,
        "tagged_json_loads" => codec::tagged_json_loads,
        _ => return None,
    })
}

#[test]
fn every_vector_passes_or_is_excused_by_a_named_rule() {
    let mut tally: BTreeMap<String, Tally> = BTreeMap::new();
    for case in cases() {
        let outcome = outcome(&case);
        tally.entry(case.kind.clone()).or_default().count(&case, outcome);
    }
    for (kind, tally) in &tally {
        println!("{kind}: {tally}");
    }
    let failures: Vec<&String> = tally.values().flat_map(|tally| &tally.failures).collect();
    assert!(!tally.is_empty(), "no vector was run");
    for rule in tally.values().flat_map(|tally| tally.excused.keys()) {
        assert!(
            RULES.contains(&format!("\n| `{rule}` |")),
            "COMPATIBILITY.md gives no reason for the rule {rule}"
        );
    }
    assert!(failures.is_empty(), "{} differences that no rule explains:\n{failures:#?}", failures.len());
}

#[test]
fn compatibility_says_how_many_cases_there_are() {
    let count = files_of(&default_folder()).iter().flat_map(cases_of).count();
    let said = format!("`testdata/vectors` holds {},{:03} cases", count / 1000, count % 1000);
    assert!(RULES.contains(&said), "COMPATIBILITY.md should say: {said}");
}

/// A case that cannot be judged, or of an unknown kind, counts as a difference; the rest is still run.
fn outcome(case: &Case) -> Outcome {
    match runner(&case.kind) {
        Some(run) => run(case).unwrap_or_else(|stop| Outcome::Failed(stop.to_string())),
        None => Outcome::Failed(format!("a kind that this test does not know: {}", case.kind)),
    }
}

#[derive(Default)]
struct Tally {
    total: usize,
    passed: usize,
    excused: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn count(&mut self, case: &Case, outcome: Outcome) {
        self.total += 1;
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Excused(rule) => *self.excused.entry(rule).or_default() += 1,
            Outcome::Failed(why) => self.failures.push(format!("{}: {why}", case.id)),
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.passed, self.total)?;
        for (rule, count) in &self.excused {
            write!(f, " (excused {count} by {rule})")?;
        }
        Ok(())
    }
}

fn cases() -> Vec<Case> {
    let folder = std::env::var_os("DEWAR_VECTORS").map_or_else(default_folder, PathBuf::from);
    files_of(&folder).iter().flat_map(cases_of).collect()
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

fn default_folder() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/vectors").into()
}

/// A file that cannot be read is a case that cannot be judged.
fn cases_of(file: &PathBuf) -> Vec<Case> {
    let read = || -> Judged<Vec<Case>> {
        let text = std::fs::read_to_string(file).known()?;
        let file: Json = serde_json::from_str(&text).known()?;
        Ok(file["cases"].items()?.iter().map(Case::of).collect())
    };
    let nothing = |stop| vec![Case::of(&serde_json::json!({ "id": format!("{}: {stop}", file.display()) }))];
    read().unwrap_or_else(nothing)
}

impl Case {
    /// A case without an id or a kind is of an unknown kind.
    fn of(case: &Json) -> Self {
        let text = |name: &str| case[name].as_str().unwrap_or("without one").to_owned();
        Self { id: text("id"), kind: text("kind"), given: case["in"].clone(), expected: case["out"].clone() }
    }
}
