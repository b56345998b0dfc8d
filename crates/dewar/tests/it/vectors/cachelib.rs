//! `cachelib_filename`, `cachelib_file_format` and `filesystem_flow`: the files that Flask-Session keeps, by name, content and
//! permissions.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dewar::clock::UnixTime;
use dewar::codec::{Codec as _, Pickle};
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar_stores::cachelib::{Cachelib, CachelibOptions, FileNames};
use serde_json::Value as Json;

use super::given::{Given, Judged, Known, ensure};
use super::server_flow::{self, Program};
use super::{Case, Outcome, notation};

/// Content and permissions, by name.
type Files = BTreeMap<String, (Vec<u8>, String)>;

/// cachelib counts its files in one whose name follows from this key.
const COUNTER: &str = "__wz_cache_count";

pub(super) fn cachelib_filename(case: &Case) -> Judged {
    let key = case.given["key"].text()?;
    let is_named = |names: FileNames, expected: &Json| {
        let folder = tempfile::tempdir().known()?;
        let store = open(folder.path(), CachelibOptions { names, ..CachelibOptions::default() })?;
        keep(&store, if key == COUNTER { "any" } else { key }, b"\x80\x05}.".to_vec(), None)?;
        Judged::Ok(files(folder.path())?.contains_key(expected.text()?))
    };
    let ours = (
        is_named(FileNames::Md5, &case.expected["md5"])?,
        is_named(FileNames::Sha256, &case.expected["sha256"])?,
    );
    Ok(super::compare(ours, (true, true), None))
}

/// Of every version what it wrote is read; of the newest it is written as well.
pub(super) fn cachelib_file_format(case: &Case) -> Judged {
    let is_newest = case.expected["version"] == "0.17.0";
    let is_long = |file: &Json| file["name"].as_str().is_some_and(|name| name.len() == SHA_256);
    let is_sha_256 = case.expected["files"].items()?.iter().all(is_long);
    let names = if is_sha_256 { FileNames::Sha256 } else { FileNames::Md5 };
    let read = compare_reading(case, names)?;
    Ok(if is_newest { read.and(compare_writing(case, names)?) } else { read })
}

/// How many digits it has.
const SHA_256: usize = 64;

fn compare_reading(case: &Case, names: FileNames) -> Judged {
    let folder = tempfile::tempdir().known()?;
    lay(folder.path(), &case.expected)?;
    let store = open(folder.path(), CachelibOptions { names, ..CachelibOptions::default() })?;
    let now = now(&case.given)?;
    let mut outcome = Outcome::Passed;
    for set in case.given["sets"].items()? {
        let found = super::block_on(store.load(&StoreKey::new(set[0].text()?), None, now)).known()?;
        let found = found.map(|found| (Pickle::default().decode_value(&found.payload).ok(), found.expires));
        let expected = (notation::value(&set[1]), end(&set[2], &case.expected["version"], now)?);
        let compared = super::compare(format!("{found:?}"), format!("{:?}", Some(expected)), None);
        outcome = outcome.and(compared);
    }
    Ok(outcome)
}

fn compare_writing(case: &Case, names: FileNames) -> Judged {
    let folder = tempfile::tempdir().known()?;
    let store = open(folder.path(), CachelibOptions { names, ..CachelibOptions::default() })?;
    for set in case.given["sets"].items()? {
        let payload = Pickle::default().encode_value(&notation::value(&set[1]).known()?).known()?;
        keep(&store, set[0].text()?, payload, end(&set[2], &case.expected["version"], now(&case.given)?)?)?;
    }
    Ok(super::compare(files(folder.path())?, files_of(&case.expected)?, None))
}

pub(super) fn filesystem_flow(case: &Case) -> Judged {
    let folder = tempfile::tempdir().known()?;
    let mut outcome = Outcome::Passed;
    let mut case = Case {
        id: case.id.clone(),
        kind: case.kind.clone(),
        given: case.given.clone(),
        expected: case.expected.clone(),
    };
    if writes_python_only(&case.given["steps"][0])? {
        // What no program of ours can make is there already: it is read as Python does.
        lay(folder.path(), &case.expected["steps"][0])?;
        for steps in [&mut case.given["steps"], &mut case.expected["steps"]] {
            let steps = steps.as_array_mut().filter(|steps| !steps.is_empty()).known()?;
            steps.remove(0);
        }
        outcome = Outcome::Excused("python-only-type");
    }
    let store = open(folder.path(), options(&case.id))?;
    let program = match Program::new(&case.given, Arc::new(store))? {
        Ok(program) => program,
        Err(rule) => return Ok(Outcome::Excused(rule)),
    };
    let replayed = server_flow::replay(&case, &program, |step| {
        let (ours, theirs) = (files(folder.path())?, files_of(step)?);
        let rule = threw_away(&ours, &theirs).then_some("no-live-session-is-thrown-away");
        Ok(super::compare(ours, theirs, rule))
    })?;
    Ok(outcome.and(replayed))
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

fn writes_python_only(step: &Json) -> Judged<bool> {
    Ok(step["ops"].items()?.iter().any(|op| op[0] == "set" && notation::value(&op[2]).is_none()))
}

/// Whether all that cachelib has left is there, and more.
fn threw_away(ours: &Files, theirs: &Files) -> bool {
    let is_counter = |content: &[u8]| content.starts_with(&[0; 4]);
    ours.len() > theirs.len()
        && theirs.iter().all(|(name, file)| is_counter(&file.0) || ours.get(name) == Some(file))
}

fn open(folder: &Path, options: CachelibOptions) -> Judged<Cachelib> {
    Cachelib::open(folder, options).known()
}

fn keep(store: &Cachelib, key: &str, payload: Vec<u8>, end: Option<UnixTime>) -> Judged<()> {
    let created = super::block_on(
        store.write(Write::create(&StoreKey::new(key), &Entry::new(payload, end)), UnixTime::EPOCH),
    );
    ensure(matches!(created, Ok(WriteOutcome::Saved(_))), "something is there already")
}

fn now(given: &Json) -> Judged<UnixTime> {
    given["now"].whole().map(UnixTime::from_seconds)
}

/// A timeout of 0 is none; of what is no whole second cachelib cut the fraction up to 0.16, and rounds it up since.
fn end(timeout: &Json, version: &Json, now: UnixTime) -> Judged<Option<UnixTime>> {
    let seconds = timeout.as_f64().known()?;
    let seconds = if version == "0.17.0" { seconds.ceil() } else { seconds.floor() };
    let seconds = Duration::try_from_secs_f64(seconds).known()?.as_secs();
    Ok((timeout.as_f64() != Some(0.0)).then(|| now.plus(Duration::from_secs(seconds))))
}

/// What lies in the folder, but for what cachelib passes over.
fn files(folder: &Path) -> Judged<Files> {
    use std::os::unix::fs::PermissionsExt;

    let mut files = Files::new();
    for entry in std::fs::read_dir(folder).known()? {
        let entry = entry.known()?;
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if !name.ends_with(".__wz_cache") {
            let mode = path.metadata().known()?.permissions().mode() & 0o777;
            files.insert(name, (std::fs::read(&path).known()?, format!("0o{mode:o}")));
        }
    }
    Ok(files)
}

fn files_of(step: &Json) -> Judged<Files> {
    let file = |file: &Json| {
        let content = STANDARD.decode(file["content_b64"].text()?).known()?;
        Ok((file["name"].text()?.to_owned(), (content, file["mode"].text()?.to_owned())))
    };
    step["files"].items()?.iter().map(file).collect()
}

fn lay(folder: &Path, step: &Json) -> Judged<()> {
    use std::os::unix::fs::PermissionsExt;

    for (name, (content, _)) in files_of(step)? {
        ensure(name.bytes().all(|byte| byte.is_ascii_hexdigit()), "a file with another name")?;
        let path = folder.join(name);
        std::fs::write(&path, content).known()?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).known()?;
    }
    Ok(())
}
