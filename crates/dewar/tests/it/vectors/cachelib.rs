//! `cachelib_filename`, `cachelib_file_format` and `filesystem_flow`: the files that Flask-Session keeps, by name, content and
//! permissions.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dewar::clock::UnixTime;
use dewar::codec::Pickle;
use dewar::store::{Created, Entry, Store, StoreKey};
use dewar_stores::cachelib::{Cachelib, CachelibOptions, FileNames};
use serde_json::Value as Json;

use super::server_flow::{self, Program};
use super::{Case, Outcome, notation};

/// Content and permissions, by name.
type Files = BTreeMap<String, (Vec<u8>, String)>;

/// cachelib counts its files in one whose name follows from this key.
const COUNTER: &str = "__wz_cache_count";

pub(super) fn cachelib_filename(case: &Case) -> Outcome {
    let key = case.given["key"].as_str().unwrap();
    let is_named = |names: FileNames, expected: &Json| {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), CachelibOptions { names, ..CachelibOptions::default() });
        keep(&store, if key == COUNTER { "any" } else { key }, b"\x80\x05}.".to_vec(), None);
        files(folder.path()).contains_key(expected.as_str().unwrap())
    };
    let ours = (
        is_named(FileNames::Md5, &case.expected["md5"]),
        is_named(FileNames::Sha256, &case.expected["sha256"]),
    );
    super::compare(ours, (true, true), None)
}

/// Of every version what it wrote is read; of the newest it is written as well.
pub(super) fn cachelib_file_format(case: &Case) -> Outcome {
    let is_newest = case.expected["version"] == "0.17.0";
    let names = if is_newest { FileNames::Sha256 } else { FileNames::Md5 };
    let read = compare_reading(case, names);
    if is_newest { read.and(compare_writing(case, names)) } else { read }
}

fn compare_reading(case: &Case, names: FileNames) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &case.expected);
    let store = open(folder.path(), CachelibOptions { names, ..CachelibOptions::default() });
    let (now, sets) = (now(&case.given), case.given["sets"].as_array().unwrap().iter());
    let compared = sets.map(|set| {
        let found = super::block_on(store.load(&StoreKey::new(set[0].as_str().unwrap()), None, now)).unwrap();
        let found = found.map(|found| (Pickle::default().decode_value(&found.payload).ok(), found.expires));
        let expected = (notation::value(&set[1]), end(&set[2], now));
        super::compare(format!("{found:?}"), format!("{:?}", Some(expected)), None)
    });
    compared.fold(Outcome::Passed, Outcome::and)
}

fn compare_writing(case: &Case, names: FileNames) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), CachelibOptions { names, ..CachelibOptions::default() });
    for set in case.given["sets"].as_array().unwrap() {
        let payload = Pickle::default().encode_value(&notation::value(&set[1]).unwrap()).unwrap();
        keep(&store, set[0].as_str().unwrap(), payload, end(&set[2], now(&case.given)));
    }
    super::compare(files(folder.path()), files_of(&case.expected), None)
}

pub(super) fn filesystem_flow(case: &Case) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let mut outcome = Outcome::Passed;
    let mut case = Case {
        id: case.id.clone(),
        kind: case.kind.clone(),
        given: case.given.clone(),
        expected: case.expected.clone(),
    };
    if writes_python_only(&case.given["steps"][0]) {
        // What no session of ours can hold is there already: it is read as Python does.
        lay(folder.path(), &case.expected["steps"][0]);
        case.given["steps"].as_array_mut().unwrap().remove(0);
        case.expected["steps"].as_array_mut().unwrap().remove(0);
        outcome = Outcome::Excused("python-only-type");
    }
    let program = Program::new(&case.given, Arc::new(open(folder.path(), options(&case.id)))).unwrap();
    let replayed = server_flow::replay(&case, &program, |step| {
        let (ours, theirs) = (files(folder.path()), files_of(step));
        let rule = threw_away(&ours, &theirs).then_some("no-live-session-is-thrown-away");
        super::compare(ours, theirs, rule)
    });
    outcome.and(replayed)
}

/// The settings that a case has in its name alone.
fn options(id: &str) -> CachelibOptions {
    let defaults = CachelibOptions::default();
    match id {
        "filesystem_flow/filesystem_mode_threshold" => {
            CachelibOptions { mode: 0o640, threshold: 2, ..defaults }
        }
        "filesystem_flow/cachelib_filesystem_md5" => CachelibOptions { names: FileNames::Md5, ..defaults },
        _ => defaults,
    }
}

fn writes_python_only(step: &Json) -> bool {
    step["ops"].as_array().unwrap().iter().any(|op| op[0] == "set" && notation::value(&op[2]).is_none())
}

/// Whether all that cachelib has left is there, and more.
fn threw_away(ours: &Files, theirs: &Files) -> bool {
    let is_counter = |content: &[u8]| content.starts_with(&[0; 4]);
    ours.len() > theirs.len()
        && theirs.iter().all(|(name, file)| is_counter(&file.0) || ours.get(name) == Some(file))
}

fn open(folder: &Path, options: CachelibOptions) -> Cachelib {
    Cachelib::open(folder, options).unwrap()
}

fn keep(store: &Cachelib, key: &str, payload: Vec<u8>, end: Option<UnixTime>) {
    let created =
        super::block_on(store.create(&StoreKey::new(key), &Entry::new(payload, end), UnixTime::EPOCH));
    assert!(matches!(created, Ok(Created::Created(_))), "{key}: {created:?}");
}

fn now(given: &Json) -> UnixTime {
    UnixTime::from_seconds(given["now"].as_i64().unwrap())
}

/// A timeout of 0 is none.
fn end(timeout: &Json, now: UnixTime) -> Option<UnixTime> {
    let timeout = timeout.as_u64().filter(|timeout| *timeout != 0);
    timeout.map(|timeout| now.plus(Duration::from_secs(timeout)))
}

/// What lies in the folder, but for what cachelib passes over.
fn files(folder: &Path) -> Files {
    use std::os::unix::fs::PermissionsExt;

    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let known = named.filter(|(name, _)| !name.ends_with(".__wz_cache"));
    known
        .map(|(name, path)| {
            let mode = path.metadata().unwrap().permissions().mode() & 0o777;
            (name, (std::fs::read(&path).unwrap(), format!("0o{mode:o}")))
        })
        .collect()
}

fn files_of(step: &Json) -> Files {
    let file = |file: &Json| {
        let content = STANDARD.decode(file["content_b64"].as_str().unwrap()).unwrap();
        (file["name"].as_str().unwrap().to_owned(), (content, file["mode"].as_str().unwrap().to_owned()))
    };
    step["files"].as_array().unwrap().iter().map(file).collect()
}

fn lay(folder: &Path, step: &Json) {
    use std::os::unix::fs::PermissionsExt;

    for (name, (content, _)) in files_of(step) {
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
