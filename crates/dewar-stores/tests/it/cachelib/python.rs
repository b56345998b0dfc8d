//! One folder, used by the real Flask-Session over the real cachelib, and by us.
//!
//! `DEWAR_PYTHON` names the Python that has them (see `xtask/python/requirements.txt`). Without it nothing is compared, and
//! the test prints a line; with `DEWAR_REQUIRE_ALL=1` that is a failure.

use std::env;
use std::process::Command;

use dewar::clock::Clock;
use dewar::value::{DateTime, Value, from_value_ref};
use serde_json::Value as Json;

use super::*;

/// Runs a function of `flask_session_files.py`; `None` where there is no Python.
fn python(folder: &TempDir, function: &str, argument: &str) -> Option<Json> {
    let Some(python) = env::var_os("DEWAR_PYTHON") else {
        assert!(env::var_os("DEWAR_REQUIRE_ALL").is_none_or(|all| all != "1"), "DEWAR_PYTHON is not set");
        println!("DEWAR_PYTHON is not set: nothing is compared with cachelib");
        return None;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cachelib/flask_session_files.py");
    let output =
        Command::new(python).arg(script).arg(folder.path()).args([function, argument]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "has DEWAR_PYTHON all of requirements.txt? {said}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[tokio::test]
async fn what_flask_wrote_is_read_and_flask_reads_what_we_wrote() {
    let folder = TempDir::new().unwrap();
    let Some(sid) = python(&folder, "write", "") else { return };
    let sid = sid.as_str().unwrap();
    let store = open(&folder, CachelibOptions::default());
    let (name, now) = (format!("session:{sid}"), Clock::system().now());
    let found = store.load(&key(&name), None, now).await.unwrap().unwrap();
    let life = found.expires.unwrap().since(now).as_secs();
    assert!((31 * 86_400 - 60..=31 * 86_400).contains(&life), "{life}");
    let mut session = Pickle::default().decode(&found.payload).unwrap();
    let uuid = Value::Uuid(7_u128.to_be_bytes());
    let login = Value::DateTime(DateTime::from_iso("2024-02-29T12:34:56+00:00").unwrap());
    let expected = [
        ("_permanent", Value::Bool(true)),
        ("name", "Zoë".into()),
        ("tuple", Value::Tuple(vec![1.into(), "x".into()])),
        ("uuid", uuid),
        ("login", login),
        ("markup", Value::Markup("<b>".into())),
        ("big", Value::BigInt("1180591620717411303424".parse().unwrap())),
    ];
    let set = session.remove("set").unwrap();
    assert_eq!(from_value_ref::<Vec<i64>>(&set).unwrap(), [1]);
    assert_eq!(session, Map::from(expected));
    session.insert("set", set);

    session.insert("name", "Ada");
    session.insert("seen", Value::Bytes(vec![0xff]));
    let answer = store
        .write(Write::swap(&key(&name), &found.revision, &entry(&session, found.expires)), now)
        .await
        .unwrap();
    assert!(matches!(answer, WriteOutcome::Saved(_)));
    let theirs = python(&folder, "read", sid).unwrap();
    assert_eq!(theirs["name"], "'Ada'");
    assert_eq!(theirs["seen"], "b'\\xff'");
    assert_eq!(theirs["login"], "datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)");
    assert_eq!(theirs["uuid"], "UUID('00000000-0000-0000-0000-000000000007')");
    assert_eq!(theirs["markup"], "Markup('<b>')");
    assert_eq!(theirs["tuple"], "(1, 'x')");
    assert_eq!(theirs["set"], "{1}");

    assert_eq!(store.write(Write::remove(&key(&name), None), now).await.unwrap(), WriteOutcome::Removed);
    let anew = serde_json::json!({ "_permanent": "True" });
    assert_eq!(python(&folder, "read", sid).unwrap(), anew, "a session of its own, without data");
}

#[tokio::test]
async fn what_python_stored_is_still_there_when_we_change_another_key() {
    let folder = TempDir::new().unwrap();
    if python(&folder, "rich", "").is_none() {
        return;
    }
    let store = open(&folder, CachelibOptions::default());
    let now = Clock::system().now();
    let found = store.load(&key("session:rich"), None, now).await.unwrap().unwrap();
    let mut session = Pickle::default().decode(&found.payload).unwrap();
    assert_eq!(from_value_ref::<String>(session.get("born").unwrap()).unwrap(), "2000-01-01");
    assert_eq!(from_value_ref::<Vec<u8>>(session.get("bytes").unwrap()).unwrap(), b"xy");
    let complex = from_value_ref::<f64>(session.get("complex").unwrap()).unwrap_err();
    assert!(complex.to_string().contains("complex"), "{complex}");
    session.insert("user", 8);
    let swapped =
        store.write(Write::swap(&key("session:rich"), &found.revision, &entry(&session, None)), now).await;
    assert!(matches!(swapped, Ok(WriteOutcome::Saved(_))));
    let theirs = python(&folder, "rich_again", "").unwrap();
    assert_eq!(theirs, serde_json::json!([8, [], true, [5, [], 0]]));
}

#[tokio::test]
async fn cachelib_counts_and_prunes_what_we_put_there() {
    let (store, folder) = store();
    for number in 0..4 {
        create(&store, &number.to_string(), &small(None)).await;
    }
    let _ = store.write(Write::remove(&key("0"), None), NOW).await.unwrap();
    let Some(seen) = python(&folder, "look", "") else { return };
    assert_eq!(seen, serde_json::json!({ "counted": 3, "listed": 3, "value": {"a": 1} }));
    // With a threshold of two, cachelib deletes live sessions, which must not disturb us.
    let left = python(&folder, "crowd", "").unwrap();
    assert_eq!(left, entries(folder.path()).len());
    create(&store, "0", &small(None)).await;
    assert_eq!(load(&store, "0", NOW).await, Some(Map::from([("a", 1)])));
}

#[tokio::test]
async fn the_same_bytes_under_the_same_name() {
    let (store, ours) = store();
    let theirs = TempDir::new().unwrap();
    if python(&theirs, "plain", "").is_none() {
        return;
    }
    let list = Value::List((0..1200).map(Value::Int).collect());
    let session = Map::from([("list", list), ("text", "é".repeat(300).as_str().into())]);
    create(&store, "session:é", &entry(&session, None)).await;
    assert_eq!(entries(ours.path()), entries(theirs.path()));
    for name in entries(ours.path()).iter().map(String::as_str).chain([COUNTER]) {
        let [ours, theirs] = [&ours, &theirs].map(|folder| fs::read(folder.path().join(name)).unwrap());
        assert_eq!(ours, theirs, "{name}");
    }
}
