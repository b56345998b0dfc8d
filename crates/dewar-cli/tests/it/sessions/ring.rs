//! Sessions that go from engine to engine and come back as they were.

use dewar::clock::UnixTime;
use serde_json::Value;

use super::copying::copy;
use super::place::{Place, files, mariadb, mongodb, postgres, redis, sqlite};
use super::{Shop, sessions};

/// What is told of each session, in the order of their handles.
fn told(place: &Place) -> Vec<Value> {
    let list = sessions(&place.url, "list", &["--json"]);
    let lines = list.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut handles: Vec<_> = lines.filter_map(|line| line["handle"].as_str().map(str::to_owned)).collect();
    handles.sort();
    let show = |handle: &String| sessions(&place.url, "show", &[handle, "--values", "--json"]).json();
    handles.iter().map(show).collect()
}

/// When each expires, taken out: an engine that counts the time that is left tells it to the second.
fn expiries(told: &mut [Value]) -> Vec<i64> {
    let expiry = |session: &mut Value| session.as_object_mut().unwrap().remove("expires").unwrap();
    told.iter_mut()
        .map(|session| expiry(session).as_str().unwrap().parse::<UnixTime>().unwrap().millis())
        .collect()
}

#[test]
fn sessions_are_the_same_after_a_ring_of_all_engines() {
    let ring: Option<Vec<Place>> =
        [Some(files()), postgres(), mariadb(), mongodb(), redis(), Some(sqlite()), Some(files())]
            .into_iter()
            .collect();
    let Some(ring) = ring else { return };
    let (first, last) = (&ring[0], &ring[6]);
    let old = Shop::roomy(&first.url);
    let large = "ä\u{1f36b}\0'\"\\".repeat(20_000);
    let cookies = [
        old.log_in_with("user:1", "Firefox", &[("cart", "chocolate"), ("tokyo", "東京")]),
        old.log_in_with("user:1", "", &[("text", &large)]),
        old.log_in("usér:'; DROP TABLE dewar_sessions; --"),
        Shop::since(&first.url, std::time::Duration::from_secs(1_000)).log_in("user:3"),
    ];
    let mut before = told(first);
    assert_eq!(before.len(), cookies.len());
    for two in ring.windows(2) {
        let run = copy(&two[0].url, &two[1].url, &[]);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{} to {}: {run:?}", two[0].url, two[1].url);
        assert_eq!(run.json()["copied"], cookies.len(), "{} to {}", two[0].url, two[1].url);
    }
    let mut after = told(last);
    let (expected, found) = (expiries(&mut before), expiries(&mut after));
    assert_eq!(after, before);
    for (expected, found) in expected.into_iter().zip(found) {
        assert!(expected.abs_diff(found) <= 1_000, "{expected} and {found}");
    }
    let new = Shop::roomy(&last.url);
    for cookie in &cookies {
        assert!(old.owner(cookie).is_some());
        assert_eq!(new.owner(cookie), old.owner(cookie));
    }
    assert_eq!(new.value(&cookies[1], "text"), Some(large));
    assert_eq!(new.handles("user:1"), old.handles("user:1"), "in the same order");
}
